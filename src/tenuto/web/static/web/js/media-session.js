/** Tells the device what plays, for its lock screen and its keys. */

const SKIP_SECONDS = 10

export function reflect(player) {
  const session = navigator.mediaSession
  if (!session) return
  const on = (name, act) => {
    try {
      session.setActionHandler(name, act)
    } catch {
      // This browser does not know that key.
    }
  }
  on("play", () => player.resume())
  on("pause", () => player.pause())
  on("stop", () => player.pause())
  on("previoustrack", () => player.back())
  on("nexttrack", () => player.next())
  on("seekbackward", (wish) => player.skip(-(wish.seekOffset ?? SKIP_SECONDS)))
  on("seekforward", (wish) => player.skip(wish.seekOffset ?? SKIP_SECONDS))
  on("seekto", (wish) => player.seek(wish.seekTime))

  let shown = null
  const show = () => {
    const item = player.item
    session.playbackState = !item ? "none" : player.isPlaying ? "playing" : "paused"
    if (item?.key === shown) return
    shown = item?.key ?? null
    session.metadata = item
      ? new MediaMetadata({
          title: item.title,
          artist: item.artist,
          artwork: item.cover ? [{ src: item.cover, sizes: `${item.coverSize ?? 320}x${item.coverSize ?? 320}` }] : [],
        })
      : null
  }
  const place = () => {
    if (!session.setPositionState) return
    const duration = player.seconds
    if (!(duration > 0)) return session.setPositionState()
    return session.setPositionState({ duration, playbackRate: 1, position: Math.min(player.position, duration) })
  }
  player.addEventListener("change", () => {
    show()
    place()
  })
  player.addEventListener("seek", place)
  show()
}
