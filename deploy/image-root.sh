#!/bin/sh
# Makes what the image adds to its base: the built program with its packages, in FOLDER/app. Only its
# owner may write there. The Dockerfile runs this, and so do the tests, which start the result.
#
# Usage: sh deploy/image-root.sh FOLDER
set -eu
app="$1/app"
cd "$(dirname "$0")/.."
node tools/deployment/build.js "$app"
cd "$app"
npm ci --omit=dev --prefer-offline --no-audit --no-fund
chmod -R go-w,a+rX "$1"
