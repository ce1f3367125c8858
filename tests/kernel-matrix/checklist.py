"""What was checked of one guest, said and counted."""


def conclude(checks, on_failure):
    """Checks: what holds -> whether it does. Ends with "N passed, N failed"; returns the exit code."""
    for what, good in checks.items():
        print(f"{'ok' if good else 'FAILED'}: {what}")
    failed = list(checks.values()).count(False)
    if failed:
        print(on_failure)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0
