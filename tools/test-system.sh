#!/bin/sh
# What the tests need from the system: Chromium with its driver and a Chinese font for the browser tests, a JDK
# (17 or later), Maven and openssl for those on a real Elasticsearch.
# As root it is installed by the system's package manager; otherwise those tests are skipped, with the reason.
set -u

have() { command -v "$1" >/dev/null 2>&1; }
have_browser() { have chromedriver && { have chromium || have google-chrome; }; }
have_font() { have fc-list && [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ]; }
have_java() { [ -n "${KOUBEI_TEST_ES_URL:-}" ] || { have javac && have mvn && have openssl; }; }

wanted=
if ! { have_browser && have_font; }; then wanted="browser"; fi
if ! have_java; then wanted="$wanted java"; fi
[ -z "$wanted" ] && exit 0

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
  case "$wanted" in *browser*) echo "note: no Chromium with chromedriver or no Chinese font; browser tests will be skipped." >&2 ;; esac
  case "$wanted" in *java*) echo "note: no JDK, Maven or openssl; tests on Elasticsearch will be skipped." >&2 ;; esac
  exit 0
fi

packages=
add() { case "$wanted" in *"$1"*) packages="$packages $2" ;; esac; }
echo "Installing what the tests need from the system ($wanted) ..."
if have apt-get; then
  export DEBIAN_FRONTEND=noninteractive
  add browser "chromium chromium-driver fontconfig fonts-noto-cjk"
  add java "default-jdk-headless maven openssl"
  # shellcheck disable=SC2086  # a list of names
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null
elif have dnf; then
  add browser "chromium chromedriver fontconfig google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts"
  add java "java-21-openjdk-devel maven openssl"
  # shellcheck disable=SC2086
  dnf install -y -q $packages >/dev/null
elif have apk; then
  add browser "chromium chromium-chromedriver fontconfig font-noto-cjk"
  add java "openjdk21 maven openssl bash"
  # shellcheck disable=SC2086
  apk add --quiet $packages
else
  echo "note: no known package manager; tests that need them ($wanted) will be skipped." >&2
fi || echo "note: the package manager could not install them; tests that need them ($wanted) will be skipped." >&2
exit 0
