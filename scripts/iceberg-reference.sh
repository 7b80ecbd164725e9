#!/usr/bin/env bash
# Fetches the Apache Iceberg REST reference server from Maven Central into .cache: 1.10 as one jar with all that it needs,
# and 1.11, which has ETags and a namespace separator of its own, as a folder of jars.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly VERSION=1.10.1
readonly JAR=.cache/iceberg-open-api-$VERSION.jar
readonly NEXT_VERSION=1.11.0
readonly NEXT=.cache/iceberg-reference-1.11
readonly PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

mkdir -p .cache
if [ ! -s "$JAR" ]; then
  mvn --batch-mode --quiet "$PLUGIN:copy" \
    -Dartifact="org.apache.iceberg:iceberg-open-api:$VERSION" -DoutputDirectory=.cache -Dmdep.useBaseVersion=true </dev/null
  test -s "$JAR"
fi
if [ ! -s "$NEXT/iceberg-open-api-$NEXT_VERSION-test-fixtures.jar" ]; then
  rm -rf "$NEXT" "$NEXT.partial"
  mvn --batch-mode --quiet --file scripts/iceberg-reference-1.11.pom.xml "$PLUGIN:copy-dependencies" \
    -DoutputDirectory="$PWD/$NEXT.partial" </dev/null
  mv "$NEXT.partial" "$NEXT"
fi
