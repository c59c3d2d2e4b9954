#!/bin/sh
# 核對本證據包。只用 sha256sum、openssl 與一般文字工具，不需要 trailwatch。
# Checks this bundle with sha256sum, openssl and ordinary text tools; trailwatch is not needed.
# Usage: sh check.sh [LOG.VKEY]   (the log's public key from another source; default: the one in this bundle)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong() { echo "不符 WRONG: $*"; exit 1; }
sha() { openssl dgst -sha256 -binary; }

# 1. Every file is the one that was put into the bundle.
cd "$here"
sha256sum -c --quiet SHA256SUMS || wrong "SHA256SUMS"

# 2. The key: the PEM form of the log's public key says the same as its text form.
vkey=${1:-$here/log.vkey}
cut -d+ -f3- "$vkey" | openssl base64 -d -A | tail -c 32 > "$work/key"
openssl pkey -pubin -in "$here/log.pem" -outform DER | tail -c 32 | cmp -s - "$work/key" || wrong "log.pem / $vkey"

# 3. The checkpoint: three lines of text, signed by that key.
sed -n 1,3p checkpoint.txt > "$work/text"
signed=no
sed -n '5,$p' checkpoint.txt > "$work/signatures"
while read -r _ _ signature; do
  echo "$signature" | openssl base64 -d -A | tail -c +5 > "$work/signature"
  if openssl pkeyutl -verify -pubin -inkey log.pem -rawin -in "$work/text" -sigfile "$work/signature" > "$work/said" 2>&1; then
    signed=yes
  fi
done < "$work/signatures"
[ $signed = yes ] || wrong "checkpoint.txt: signature"
[ "$(head -n 1 checkpoint.txt)" = "$(cut -d+ -f1 "$vkey")" ] || wrong "checkpoint.txt: origin"
size=$(sed -n 2p checkpoint.txt)
sed -n 3p checkpoint.txt > "$work/root"

# 4. Every record: the leaf vouches for its bytes, the path leads from the leaf to the signed root.
count=0
for leaf in leaves/*/; do
  cat "$leaf/salt.bin" "$leaf/raw.bin" | sha | openssl base64 -A > "$work/raw"
  cat "$leaf/salt.bin" "$leaf/record.json" | sha | openssl base64 -A > "$work/record"
  [ "$(sed -n 6p "$leaf/leaf.txt")" = "$(cat "$work/raw")" ] || wrong "$leaf: raw.bin"
  [ "$(sed -n 7p "$leaf/leaf.txt")" = "$(cat "$work/record")" ] || wrong "$leaf: record.json"
  node=$(sed -n 's/^index //p' "$leaf/leaf.tlog-proof" | head -n 1)
  [ "$(sed -n 3p "$leaf/leaf.txt")" = "$node" ] || wrong "$leaf: index"
  sed '1,/^$/d' "$leaf/leaf.tlog-proof" | cmp -s - checkpoint.txt || wrong "$leaf: checkpoint"
  sed -n '3,/^$/p' "$leaf/leaf.tlog-proof" | sed '/^$/d' > "$work/path"
  last=$((size - 1))
  { printf '\000'; cat "$leaf/leaf.txt"; } | sha > "$work/node"
  while read -r line; do
    [ "$last" -gt 0 ] || wrong "$leaf: path"
    echo "$line" | openssl base64 -d -A > "$work/sibling"
    if [ $((node % 2)) -eq 1 ] || [ "$node" -eq "$last" ]; then
      { printf '\001'; cat "$work/sibling" "$work/node"; } | sha > "$work/next"
      while [ $((node % 2)) -eq 0 ] && [ "$node" -ne 0 ]; do
        node=$((node / 2)); last=$((last / 2))
      done
    else
      { printf '\001'; cat "$work/node" "$work/sibling"; } | sha > "$work/next"
    fi
    mv "$work/next" "$work/node"
    node=$((node / 2)); last=$((last / 2))
  done < "$work/path"
  [ "$last" -eq 0 ] || wrong "$leaf: path"
  [ "$(openssl base64 -A < "$work/node")" = "$(cat "$work/root")" ] || wrong "$leaf: root"
  count=$((count + 1))
done
[ $count -gt 0 ] || wrong "leaves"
echo "相符 OK: $count"
