"""Two Dask workers on this machine beside two local processes: the same class, the same verdicts, the times of both."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from autograder.seed import course_secret

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parent))

import clusters
import courses


def main() -> None:
    """Measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=20)
    students = [f"s{number:04}" for number in range(parser.parse_args().students)]
    with tempfile.TemporaryDirectory(prefix="cluster-") as scratch:
        released = courses.released_course(Path(scratch) / "released")
        # Both ways draw the same seeds.
        course_secret(released)
        with clusters.cluster(Path(scratch) / "dask", 2) as cluster:
            seconds = {"local": 0.0, "dask": 0.0}
            verdicts = {}
            for way, options in (("local", ["--workers=2"]), ("dask", [f"--scheduler={cluster.address}"])):
                # The first run warms the workers of the cluster, as those of a lasting one are.
                for size in (1, len(students)):
                    course = Path(shutil.copytree(released, Path(scratch) / f"{way}-{size}"))
                    courses.hand_in(course, students[:size], with_figure=False)
                    ran = courses.autograder(course, "grade", "--no-feedback", "--json", *options)
                    seconds[way] = ran.seconds - seconds[way]
                found = json.loads(ran.printed)["submissions"]
                verdicts[way] = {(item["student_id"], item["assignment"]): item["notebooks"] for item in found}
    if verdicts["local"] != verdicts["dask"]:
        sys.exit("the verdicts differ")
    ratio = seconds["local"] / seconds["dask"]
    print(f"{len(verdicts['dask'])} submissions: the cluster has {ratio:.2f} of the throughput of local processes")
    courses.keep("cluster", {"seconds": seconds, "share_of_local": ratio, "verdicts_compared": len(verdicts["dask"])})


if __name__ == "__main__":
    main()
