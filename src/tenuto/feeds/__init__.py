"""Music for programs: what artists, playlists and albums let out, as podcast, JSON Feed, M3U8 and XSPF."""
