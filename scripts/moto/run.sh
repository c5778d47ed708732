#!/bin/sh
# Runs moto's own tests against the sandbox: MOTO=folder-of-moto scripts/moto/run.sh [tests]
set -eu
: "${MOTO:?Name the folder of moto: MOTO=../moto scripts/moto/run.sh}"
here=$(cd "$(dirname "$0")" && pwd)
cd "$MOTO"
[ $# -gt 0 ] || set -- tests/test_ecs tests/test_ecr tests/test_sts
export TEST_SERVER_MODE=true PYTHONDONTWRITEBYTECODE=1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox
export PYTHONPATH="$here:$PWD${PYTHONPATH:+:$PYTHONPATH}"
exec python3 -m pytest -p slipway_sandbox -p no:cacheprovider "$@"
