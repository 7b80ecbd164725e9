#!/usr/bin/env bash
# Fetches the Apache Iceberg REST reference server from Maven Central into .cache: one jar with all that it needs.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly VERSION=1.10.1
readonly JAR=.cache/iceberg-open-api-$VERSION.jar

if [ -s "$JAR" ]; then exit 0; fi
mkdir -p .cache
mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
  -Dartifact="org.apache.iceberg:iceberg-open-api:$VERSION" -DoutputDirectory=.cache -Dmdep.useBaseVersion=true </dev/null
test -s "$JAR"
