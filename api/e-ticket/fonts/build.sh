#!/usr/bin/env bash
# Makes the font files in this folder from the published packages they come from.
# Needs: Debian or Ubuntu (apt-get), npm, python3 with venv. The results are committed, so that
# a build needs none of this; docs/fonts.md tells what each file covers and its licence.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip --quiet install "fonttools==4.68.0"
apt-get download fonts-noto-core fonts-noto-cjk
for package in ./*.deb; do dpkg -x "$package" debian; done
npm pack --silent "@expo-google-fonts/archivo@0.4.2" >/dev/null
tar -xzf expo-google-fonts-archivo-*.tgz

noto=debian/usr/share/fonts/truetype/noto
cjk=debian/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc
flags=(--no-hinting --layout-features='*' --layout-features-=vert,vrt2,vkna,vpal,valt,vhal
  --glyph-names=false --notdef-outline --name-IDs='0,1,2,3,4,5,6,13,14' --drop-tables+=DSIG,MERG)
subset() { venv/bin/pyftsubset "$1" --output-file="$here/$2" "${flags[@]}" "${@:3}"; }

# Latin in three weights: the voice of the ticket.
for weight in 400Regular 600SemiBold 800ExtraBold; do
  subset "package/$weight/Archivo_$weight.ttf" "Archivo-${weight:3}.ttf" --unicodes='*'
done
cp package/LICENSE_FONT "$here/OFL-Archivo.txt"
{
  echo "Noto Sans CJK: Copyright 2014-2021 Adobe (http://www.adobe.com/)."
  echo "Noto Sans and its other scripts: Copyright 2012-2020 Google LLC (https://github.com/notofonts)."
  echo "Subsets of these fonts are in this folder; build.sh made them."
  tail -n +2 package/LICENSE_FONT
} >"$here/OFL-Noto.txt"

# Greek, Cyrillic and the rest of Latin.
for weight in Regular Bold; do
  subset "$noto/NotoSans-$weight.ttf" "NotoSans-$weight.ttf" \
    --unicodes='20-7E,A0-52F,1AB0-1AFF,1C80-1C8F,1D00-1DFF,1E00-1FFF,2000-206F,2070-209C,20A0-20BF,2100-214F,2DE0-2DFF,A640-A69F,A700-A7FF,AB30-AB6F'
done

# One weight of every other living script that Debian's package has, without its Latin.
for script in Arabic Hebrew Armenian Georgian Ethiopic Devanagari Bengali Gurmukhi Gujarati \
  Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Khmer Myanmar Thaana Tifinagh; do
  cut=Bold
  [ -f "$noto/NotoSans$script-$cut.ttf" ] || cut=Regular
  subset "$noto/NotoSans$script-$cut.ttf" "NotoSans$script.ttf" \
    --unicodes='20,A0,483-2E7F,A000-FFFD'
done

# Han as every name of China, Japan, Korea and Taiwan in Unicode's first Han block, all kana,
# all Hangul syllables; the forms are those of Simplified Chinese where countries differ.
subset "$cjk" NotoSansCJKsc-Bold.otf --font-number=2 --no-layout-closure \
  --layout-features='ccmp,mark,mkmk,ljmo,vjmo,tjmo' \
  --unicodes='20,1100-11FF,2E80-2FDF,3000-303F,3040-30FF,3100-312F,3131-318F,31A0-31BF,31F0-31FF,4E00-9FFF,AC00-D7A3,F900-FAD9,FF01-FFEE'
ls -l "$here"
