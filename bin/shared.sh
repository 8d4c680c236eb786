# SPDX-License-Identifier: MIT
# What the commands of bin/ have in common; sourced by them, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WORK=$ROOT/.work
PHP=${PHP:-php}
PHP_CONFIG=${PHP_CONFIG:-php-config}
PHPIZE=${PHPIZE:-phpize}

# What it takes to build the extension on Debian 12.
BUILD_PACKAGES="php8.2-cli php8.2-dev gcc libc6-dev make pkg-config libcurl4-openssl-dev libssl-dev libidn2-dev libjansson-dev libidn-dev"
# What PHP needs to run WordPress; its servers are unpacked by tests/wordpress, since installing them starts them.
SITE_PACKAGES="php8.2-mysql php8.2-gd php8.2-zip php8.2-intl php8.2-xml php8.2-mbstring php8.2-curl libapparmor1 ca-certificates util-linux"

if [ -t 1 ]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'; else BOLD='' DIM='' RED='' GREEN='' PLAIN=''; fi

step() { printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*"; }
fail() { printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$*" "$PLAIN" >&2; exit 1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		fail "this needs root: run it as root, or install sudo. It wanted: $*"
	fi
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need_packages NAME...: installs what is missing, after saying so.
need_packages() {
	local missing=() name
	command -v dpkg-query >/dev/null 2>&1 || {
		step "This is no Debian: packages are not looked at; needed here: $*"
		return 0
	}
	for name in "$@"; do is_installed "$name" || missing+=("$name"); done
	if [ ${#missing[@]} = 0 ]; then
		return 0
	fi
	step "Installing Debian packages (and what they depend on): ${missing[*]}"
	mkdir -p "$WORK"
	if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends "${missing[@]}"; } >"$WORK/apt.log" 2>&1 </dev/null; then
		tail -n 20 "$WORK/apt.log" >&2
		fail "apt-get could not install them; the whole output is in .work/apt.log"
	fi
}

# build_extension: modules/outbox.so for the PHP of $PHP_CONFIG, anew only where something changed.
build_extension() {
	local identity log=$WORK/build.log
	mkdir -p "$WORK"
	cd "$ROOT" || exit 1
	identity="$($PHP_CONFIG --phpapi) $($PHP_CONFIG --prefix) $(cksum <config.m4) $(pkg-config --modversion libidn 2>/dev/null) $(find ext -name '*.c' | LC_ALL=C sort | cksum)"
	if [ ! -f Makefile ] || [ "$identity" != "$(cat "$WORK/build.identity" 2>/dev/null)" ]; then
		step "Configuring for PHP $($PHP_CONFIG --version)"
		# Not `make clean`: it deletes every *.so and *.a below the root, those in .work too.
		find ext \( -name '*.lo' -o -name '*.o' -o -name '*.dep' \) -delete
		rm -rf Makefile modules
		{ $PHPIZE && ./configure --with-php-config="$(command -v "$PHP_CONFIG")"; } >"$log" 2>&1 </dev/null ||
			{ tail -n 20 "$log" >&2; fail "configuring failed; the whole output is in .work/build.log"; }
		printf '%s\n' "$identity" >"$WORK/build.identity"
	fi
	step "Building the extension"
	make -j"$(nproc)" >>"$log" 2>&1 </dev/null || { tail -n 30 "$log" >&2; fail "building failed; the whole output is in .work/build.log"; }
	[ -f modules/outbox.so ] || fail "make went well, yet there is no modules/outbox.so; see .work/build.log"
}
