"""Load a data set with ``datasets`` and compare what comes back, row group by row group: run as a process of its own.

It reads one JSON object from standard input and writes one line for each config: ``{"config": …, "why": …}``, with an
empty ``why`` where all is well.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import orjson


def main() -> None:
    """Answer the order on standard input."""
    order = orjson.loads(sys.stdin.buffer.read())
    answers = sys.stdout.buffer
    for config, splits in order["configs"].items():
        try:
            why = _fault(order, config, splits)
        except Exception as error:  # noqa: BLE001  whatever the library raises is the answer
            why = (str(error).splitlines() or [""])[0] or type(error).__name__
        answers.write(orjson.dumps({"config": config, "why": why}) + b"\n")
        answers.flush()


def _fault(order: dict[str, Any], config: str, splits: dict[str, list[tuple[str, int]]]) -> str:
    """Why a config is not what its Parquet files hold; empty where it is."""
    datasets = import_module("datasets")
    datasets.disable_progress_bars()
    folder, cache = order["folder"], order["cache"]
    name = None if config == order["default"] else config
    loaded = datasets.load_dataset(folder, name, cache_dir=cache, verification_mode="all_checks")
    if list(loaded) != list(splits):
        return f"it has the splits {', '.join(loaded)}, and the data {', '.join(splits)}"
    for split, groups in splits.items():
        if loaded[split].info.config_name != config:
            return f"the default config is {loaded[split].info.config_name}"
        if _differs(loaded[split], folder, groups):
            return f"other rows come back than the Parquet files of {split} hold"
    return ""


def _differs(loaded: Any, folder: str, groups: list[tuple[str, int]]) -> bool:
    """Whether a split that was loaded holds other rows than the row groups."""
    import pyarrow.parquet as pq  # noqa: PLC0415  start-up time

    from corpusbuild.emit.digest import row_group_digest  # noqa: PLC0415  start-up time

    at = 0
    for path, number in groups:
        table = pq.ParquetFile(f"{folder}/{path}").read_row_group(number)
        back = loaded.data.table.slice(at, len(table))
        at += len(table)
        if len(back) != len(table) or row_group_digest(_with_words(back, loaded.features)) != row_group_digest(table):
            return True
    return at != len(loaded)


def _with_words(table: Any, features: Any) -> Any:
    """Rows as ``datasets`` holds them, with the words of labels in the place of their numbers."""
    import pyarrow as pa  # noqa: PLC0415  start-up time

    arrays = [_words(table[name].combine_chunks(), features[name]) for name in table.column_names]
    return pa.table(arrays, names=table.column_names)


def _words(array: Any, feature: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415  start-up time
    import pyarrow.compute as pc  # noqa: PLC0415  start-up time

    datasets = import_module("datasets")
    if isinstance(feature, datasets.ClassLabel):
        return pa.array(feature.names, pa.string()).take(array)
    if isinstance(feature, dict):
        children = [_words(pc.struct_field(array, [i]), feature[field.name]) for i, field in enumerate(array.type)]
        names = [field.name for field in array.type]
        return pa.StructArray.from_arrays(children, names=names, mask=array.is_null())
    if isinstance(feature, datasets.List):
        items = _words(pc.list_flatten(array), feature.feature)
        lengths = pc.fill_null(pc.list_value_length(array), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths).cast(pa.int64())]).cast(pa.int32())
        return pa.ListArray.from_arrays(offsets, items, mask=array.is_null())
    return array


if __name__ == "__main__":
    main()
