#!/usr/bin/env bash
# Run once, while the image is built: finds a Python, installs what the grader needs, and closes the
# answers to everybody but root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
needed="import sys, numpy, yaml, jinja2, click, rich, pydantic; sys.exit(sys.version_info < (3, 11))"

python=${GRADER_PYTHON:-}
if [ -z "$python" ] || ! "$python" -c "$needed" 2>/dev/null; then
  for python in python3.13 python3.12 python3.11 ""; do
    command -v "$python" >/dev/null && "$python" -m venv --help >/dev/null 2>&1 && break
  done
  if [ -z "$python" ]; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3.11 python3.11-venv
    python=python3.11
  fi
  "$python" -m venv "$root/venv"
  "$root/venv/bin/pip" install --no-cache-dir --requirement "$root/source/requirements.txt"
  python=$root/venv/bin/python
fi
printf '%s\n' "$python" >"$root/grader-python"

# The guest's own code must be readable by the user that runs submissions; answers must not.
rm -rf "$root/grader-package"
cp -r "$root/source/package" "$root/grader-package"
cp -r "$root/source/assignments" "$root/grader-package/assignments"
cp "$root/source/settings.json" "$root/grader-package/settings.json"
"$python" -m compileall -q "$root/grader-package/grader" || true
mkdir -p "$root/grader-cache"
chmod -R go-rwx "$root/source" "$root/grader-cache" "$root/grader-package/assignments" \
  "$root/grader-package/settings.json" "$root/grader-package/grader/_data"

# Learn now what known mistakes do to these cases, so that no student waits for it. Not being able to
# is no reason to have no image: it is learned when it is first needed.
GRADER_CACHE=$root/grader-cache PYTHONPATH=$root/grader-package \
  "$python" -m grader.platforms.gradescope_run --learn "$root" || true
