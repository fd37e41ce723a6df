"""How much louder or quieter a track is played, so that no track startles after another."""

TARGET_LUFS = -14.0  # what listeners know from the large services
CEILING_DBTP = -1.0  # lossy coding adds up to about 1 dB to a true peak
# A field recording of a quiet room is not raised into its own noise.
MOST_GAIN_DB = 20.0


def playback_gain_db(loudness_lufs: float | None, true_peak_dbtp: float | None) -> float:
    """The gain to play at. A peak never passes the ceiling, so quiet tracks with high peaks stay quieter."""
    if loudness_lufs is None or true_peak_dbtp is None:
        return 0.0  # silence, or too short to measure
    gain = min(TARGET_LUFS - loudness_lufs, CEILING_DBTP - true_peak_dbtp, MOST_GAIN_DB)
    return round(gain, 2)
