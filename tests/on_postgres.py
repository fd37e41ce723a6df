"""Runs pytest with a PostgreSQL server of its own: made in a temporary folder, gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

USER = "postgres"  # PostgreSQL refuses to run as root; Debian's packages make this user


def binaries() -> Path:
    """The folder of the newest server that is installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def main(arguments: list[str]) -> int:
    bin_folder = binaries()
    as_root = os.geteuid() == 0

    def run(*command: str) -> None:
        subprocess.run([*(["runuser", "-u", USER, "--"] if as_root else []), *command], check=True, cwd="/")

    with tempfile.TemporaryDirectory(prefix="tenuto-pg-", dir="/tmp") as folder:
        data, sockets = Path(folder) / "data", Path(folder)
        if as_root:
            shutil.chown(folder, USER)
        Path(folder).chmod(0o755)
        run(str(bin_folder / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        # Its durability is PostgreSQL's to test; ours are the statements.
        options = f"-k {sockets} -c listen_addresses='' -c fsync=off -c max_connections=60"
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            # The socket's folder as a parameter: it may hold characters that a host name may not.
            address = f"postgresql://{USER}@/tenuto?host={sockets}"
            environment = os.environ | {"TENUTO_DATABASE": address}
            return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode
        finally:
            run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
