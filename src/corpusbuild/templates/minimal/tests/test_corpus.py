"""What must not change unnoticed. After a change that you meant, sign it off with `corpusbuild lock`.

The fixture `corpus` comes with corpusbuild: `corpus.rows("spans")` gives the rows of a table for tests of your own.
"""


def test_nothing_counts_as_an_error(corpus):
    corpus.assert_clean()


def test_counts_fields_and_splits_are_the_ones_signed_off(corpus):
    corpus.assert_locked()


def test_no_story_is_in_two_splits(corpus):
    corpus.assert_no_leak()


def test_every_config_loads(corpus):
    corpus.assert_loads()
