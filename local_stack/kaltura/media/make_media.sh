#!/bin/sh
# Makes the clips that the simulated Kaltura plays, once; the results are committed.
#
# Every clip shows a running timecode, the frame number and a dot on its way round, at 25 frames a second, so that a
# person or a test can read off a picture which moment it is. Two soft tones say which clip is heard. Each clip
# comes as HLS (.ts segments of 4 s, H.264 baseline and AAC) and as one progressive mp4 of the same frames.
# Also the posters, one picture of each clip and some more colours.
#
# Needs ffmpeg 5 or newer with libx264 and drawtext. Run it in this folder: ./make_media.sh
set -eu
cd "$(dirname "$0")"

# $1 name, $2 seconds, $3 upper colour, $4 lower colour, $5 tone in Hz, $6 width, $7 height, $8 folder of the rendition
clip() {
    size="$6x$7"
    mkdir -p "$1/$8"
    ffmpeg -y -loglevel error \
        -f lavfi -i "gradients=size=$size:rate=25:duration=$2:c0=$3:c1=$4:x0=0:y0=0:x1=$6:y1=$7:nb_colors=2:speed=0.00001" \
        -f lavfi -i "color=white:size=18x18:rate=25:duration=$2,format=rgba,geq=r=255:g=255:b=255:a='if(lte(hypot(X-8.5,Y-8.5),8),255,0)'" \
        -f lavfi -i "sine=frequency=$5:sample_rate=16000:duration=$2" \
        -f lavfi -i "sine=frequency=$5*3/2:sample_rate=16000:duration=$2" \
        -filter_complex "
            [0:v][1:v]overlay=x='(W-w)/2+W*0.42*cos(t*PI/4)':y='(H-h)/2+H*0.40*sin(t*PI/4)':shortest=1,
            drawtext=text='$1':fontcolor=white@0.8:fontsize=h/12:x=(w-text_w)/2:y=h*0.24,
            drawtext=timecode='00\:00\:00\:00':rate=25:fontcolor=white:fontsize=h/6:x=(w-text_w)/2:y=(h-text_h)/2,
            drawtext=text='frame %{n}':fontcolor=white@0.8:fontsize=h/12:x=(w-text_w)/2:y=h*0.66,
            format=yuv420p[v];
            [2:a][3:a]amix=inputs=2,volume=0.08[a]" \
        -map "[v]" -map "[a]" \
        -c:v libx264 -profile:v baseline -preset veryslow -crf 36 -g 100 -keyint_min 100 -sc_threshold 0 \
        -c:a aac -b:a 10k -ac 1 -movflags +faststart -map_metadata -1 -fflags +bitexact \
        "$1/$8.mp4"
    ffmpeg -y -loglevel error -i "$1/$8.mp4" -c copy -f hls -hls_time 4 -hls_list_size 0 -hls_segment_type mpegts \
        -hls_segment_options pat_period=5:sdt_period=60:pcr_period=95:pes_payload_size=8192 \
        -hls_playlist_type vod -hls_segment_filename "$1/$8/%03d.ts" "$1/$8/index.m3u8"
}

# $1 name, $2 and $3 colours, $4 seed of the shape
poster() {
    ffmpeg -y -loglevel error \
        -f lavfi -i "gradients=size=640x360:rate=1:duration=1:c0=$2:c1=$3:x0=0:y0=0:x1=640:y1=360:nb_colors=2:seed=$4" \
        -filter_complex "[0:v]format=rgb24,
            geq=r='r(X,Y)+26*lt(hypot(X-480-$4*9,Y-60),170)+18*lt(hypot(X-120,Y-330+$4*4),220)':
                g='g(X,Y)+26*lt(hypot(X-480-$4*9,Y-60),170)+18*lt(hypot(X-120,Y-330+$4*4),220)':
                b='b(X,Y)+26*lt(hypot(X-480-$4*9,Y-60),170)+18*lt(hypot(X-120,Y-330+$4*4),220)'" \
        -frames:v 1 -q:v 4 -map_metadata -1 "posters/$1.jpg"
}

clip orbit 60 0x2b3a67 0x0f1626 220 426 240 240p
clip orbit 60 0x2b3a67 0x0f1626 220 640 360 360p
clip meadow 60 0x1d6b4f 0x0c2b22 262 426 240 240p
clip ember 75 0x8a3b2c 0x2b1210 294 426 240 240p
clip harbour 105 0x1f6f8b 0x0b2a38 330 426 240 240p
rm orbit/360p.mp4

mkdir -p posters
poster biology 0x1d8a5f 0x0c2b22 1
poster history 0xb0763a 0x3a2210 2
poster mathematics 0x2f6fd0 0x101f4a 3
poster music 0x9b4bc0 0x2a1140 4
poster product 0x4f5bd5 0x171a4a 5
poster engineering 0x1f8fa8 0x0b2a38 6
poster allhands 0xc0504d 0x3a1414 7
poster library 0x56657a 0x1a212c 8
poster room 0x5865f2 0x1c2050 9
