#!/usr/bin/env python3
"""Runs tcptop and its real-kernel tests on kernels of Debian, booted in QEMU; ends with one line, "N passed, N failed".

usage: run.py [SERIES...]      such as 6.1, or newest; all of kernels.txt without. Then docs/kernels.md is written, too.
"""

import concurrent.futures
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(f"{PROJECT}/build")

import debian_archive  # noqa: E402  found by the line above
import debian_kernels  # noqa: E402
import guest  # noqa: E402
import guest_image  # noqa: E402
import report  # noqa: E402
import verdict as verdicts  # noqa: E402

WORK = f"{PROJECT}/artifacts/kernel-matrix"
FEWEST = 4
AT_ONCE = min(2, os.cpu_count())
LONGEST = ("oldest", "newest")  # shares of the tests
GUEST_SECONDS = 1800  # twice what the longest takes on two quiet CPUs


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    wanted = sys.argv[1:]
    listed = read_kernels()
    if unknown := set(wanted) - set(listed):
        sys.exit(f"error: no kernel '{', '.join(sorted(unknown))}' in the matrix, which has {', '.join(listed)}")
    chosen = {series: entry for series, entry in listed.items() if series in (wanted or listed)}
    os.makedirs(f"{WORK}/logs", exist_ok=True)
    kernels, skipped = fetch(chosen)
    guest_image.build(f"{WORK}/guest", PROJECT, WORK)
    guest_image.pack(f"{WORK}/guest", f"{WORK}/guest.cpio")
    results = test_all(chosen, kernels)
    if not wanted and not any(verdict.failures for verdict in results):
        report.write(f"{PROJECT}/docs/kernels.md", results, skipped)
    return conclude(results, skipped, FEWEST if not wanted else len(wanted))


def read_kernels():
    """Series -> (what is tested there, Debian's suites)."""
    with open(f"{HERE}/kernels.txt") as file:
        entries = [line.split() for line in file if not line.startswith("#")]
    return {series: (behaviour, suites) for series, behaviour, *suites in entries}


def fetch(chosen):
    archive = debian_archive.Archive(f"{WORK}/archive")
    said = archive.update({suite for _, suites in chosen.values() for suite in suites})
    if said:
        print(said.strip())
    kernels, skipped = {}, []
    for series in chosen:
        kernel, reason = debian_kernels.fetch(archive, series)
        if kernel:
            kernels[series] = kernel
            print(f"{series}: Debian's {kernel[0]}", flush=True)
        else:
            skipped.append((series, reason))
            print(f"SKIPPED: Linux {series}: {reason}", flush=True)
    return kernels, skipped


def test_all(chosen, kernels):
    jobs, results = [], {series: verdicts.Verdict(series, version) for series, (version, _) in kernels.items()}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            # The long ones first.
            for step in ("truth", "cost", "refusal"):
                for series, kernel in sorted(kernels.items(), key=lambda entry: chosen[entry[0]][0] not in LONGEST):
                    if (step == "refusal") == (chosen[series][0] == "refuses"):
                        jobs.append(pool.submit(test, step, series, kernel, results[series], chosen[series][0]))
            for job in jobs:
                job.result()
        except BaseException:  # to leave the pool is to wait for all of its jobs
            pool.shutdown(wait=False, cancel_futures=True)
            guest.end_all()
            raise
    return list(results.values())


def test(step, series, kernel, result, share="none"):
    started = time.monotonic()
    _, directory = kernel
    modules = f"{WORK}/modules-{series}-{step}"
    guest_image.add_modules(modules, directory)
    guest_image.pack(modules, f"{modules}.cpio")
    machine = guest.COST if step == "cost" else guest.TRUTH
    archives = (f"{WORK}/guest.cpio", f"{modules}.cpio")
    lines = guest.boot(debian_kernels.image(directory), archives, step, machine, f"{WORK}/logs/{series}-{step}.log", GUEST_SECONDS, share=share)
    {"truth": verdicts.read_truth, "cost": verdicts.read_cost, "refusal": verdicts.read_refusal}[step](result, lines)
    print(f"{series}: {step} done in {time.monotonic() - started:.0f} s", flush=True)


def conclude(results, skipped, fewest):
    passed = sum(verdict.passed for verdict in results)
    failures = [f"Linux {verdict.series}: {failure}" for verdict in results for failure in verdict.failures]
    if len(results) < fewest:
        failures.append(f"{len(results)} kernels could be had, and at least {fewest} are needed ({', '.join(series for series, _ in skipped)} not)")
    for verdict in results:
        programs = ", ".join(f"{len(names)} with UDP at {how}" for how, names in verdict.programs.items()) or "none"
        print(f"Linux {verdict.series} ({verdict.version}): {verdict.passed} passed, {len(verdict.failures)} failed; programs in the kernel: {programs}")
    for failure in failures:
        print(f"FAILED: {failure}")
    if failures:
        print(f"What the guests said is in {os.path.relpath(WORK)}/logs.")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except guest_image.Lacking as error:
        sys.exit(f"error: {error}")
