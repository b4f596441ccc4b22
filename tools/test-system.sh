#!/bin/sh
# What the browser tests need from the system: Chromium, its driver, a Chinese font.
# As root it is installed by the system's package manager; otherwise those tests are skipped, with the reason.
set -u

have_browser() { command -v chromedriver >/dev/null 2>&1 && { command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }; }
have_font() { ! command -v fc-list >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ]; }

if have_browser && command -v fc-list >/dev/null 2>&1 && have_font; then exit 0; fi

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
  echo "note: no Chromium with chromedriver or no Chinese font; browser tests will be skipped." >&2
  exit 0
fi

echo "Installing Chromium, chromedriver and Chinese fonts for the browser tests ..."
if command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    chromium chromium-driver fontconfig fonts-noto-cjk >/dev/null
elif command -v dnf >/dev/null 2>&1; then
  dnf install -y -q chromium chromedriver fontconfig google-noto-sans-cjk-fonts google-noto-serif-cjk-fonts >/dev/null
elif command -v apk >/dev/null 2>&1; then
  apk add --quiet chromium chromium-chromedriver fontconfig font-noto-cjk
else
  echo "note: no known package manager; browser tests will be skipped." >&2
fi || echo "note: the package manager could not install them; browser tests will be skipped." >&2
exit 0
