"""Sound as arrays: what is in a file, and what we make of it. Plain Python; no Django, no network.

errors      what can be wrong with a file, each with a code and a sentence for its musician
limits      how much time, memory, length and width a file may have
opening     the only way we open a stranger's file: few formats, from the disk alone
wholeness   is all of a file there, by what its container promises
probe       is it audio, which, how long does it say it is
look        probe and tags, both at once
tags        what the file says of itself: title, artist, picture
decode      a file's samples, block by block; tells the truth about what was missing
render      one decode makes renditions, waveform, loudness and duration
renditions  AAC and Opus, each as one fragmented MP4
waveform    peaks in the BBC audiowaveform format, and a sketch for lists
loudness    EBU R128: integrated loudness, loudness range, true peak
boxes       the boxes of an MP4 file
fmp4        where a rendition's segments lie; its HLS playlists
encode      writes arrays to audio files
sandbox     runs any of these in a process of its own that can harm nothing
zygote      that process, and the one it is forked from
confine     how it is made harmless: limits, Landlock, seccomp
"""
