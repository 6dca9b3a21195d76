"""What a finding is: where it points, how grave it is, how findings are put in order."""
