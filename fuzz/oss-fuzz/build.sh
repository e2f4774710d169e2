#!/bin/bash -eu
exec "$SRC/duplicati-retention/.clusterfuzzlite/build.sh"
