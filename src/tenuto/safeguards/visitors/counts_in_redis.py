"""Counts in Redis (or Valkey), where one script adds and answers in one step.

All keys end by themselves two days after they were last written. An exchange whose answer was lost is told again under
the same name, and the script adds it once.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tenuto.safeguards.visitors.books import POOL, Known
from tenuto.safeguards.visitors.counts import Counts, CountsAway, Sums, Taker, Told

# Nobody waits for it but the thread that exchanges; what is away for longer is away.
TIMEOUT_SECONDS = 2.0
# Redis does nothing else while a script runs: so many askers at a time take it a few milliseconds.
AT_A_TIME = 500
# Whoever listens across midnight is still known the day after; then it is nobody's business.
KEPT_SECONDS = 2 * 24 * 3600
# So long the name of an exchange is known. A Redis that was away for longer may count one exchange twice.
NAME_KEPT_SECONDS = 6 * 3600

# KEYS: the name of the exchange, who took most, the books that change or are asked for, the known, the unknown.
# Sums come as text: Lua would round a number that it reads to 14 digits.
_SCRIPT = """
local said = cjson.decode(ARGV[1])
local books = 2
local known = books + #said.takings
local unknown = known + #said.known
if said.adds and redis.call('SET', KEYS[1], '1', 'NX', 'EX', said.name_kept) then
  for number, each in ipairs(said.takings) do
    local book, who = KEYS[books + number], each[1]
    for _, taking in ipairs(each[2]) do
      local track, taken, heard = taking[1], taking[2], taking[3]
      if taken ~= '' then
        redis.call('HINCRBYFLOAT', book, 't' .. track, taken)
        redis.call('ZINCRBY', KEYS[2], taken, who)
      end
      if heard ~= '' then redis.call('HINCRBYFLOAT', book, 'h', heard) end
    end
    redis.call('EXPIRE', book, said.kept)
  end
  redis.call('EXPIRE', KEYS[2], said.kept)
  for number, account in ipairs(said.known) do
    redis.call('SET', KEYS[known + number], account, 'EX', said.kept)
  end
end
local told = {{}, {}}
for number = 1, #said.takings do told[1][number] = redis.call('HGETALL', KEYS[books + number]) end
for number = 1, said.unknown do told[2][number] = redis.call('GET', KEYS[unknown + number]) end
return told
"""


class CountsInRedis(Counts):
    def __init__(self, address: str) -> None:
        # No retries of its own: what fails is told again with the next exchange.
        self._redis = Redis.from_url(
            address, decode_responses=True, retry=Retry(NoBackoff(), 0),
            socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
        self._script = self._redis.register_script(_SCRIPT)

    def exchange(self, sums: Sums, unknown: set[str]) -> Told:
        told = Told({}, {})
        takings: dict[str, list[list[str]]] = {POOL: []}
        for (who, track_id), (taken, heard) in sums.takings.items():
            takings.setdefault(who, []).append([str(track_id), _text(taken), _text(heard)])
        askers = sorted(takings)
        for number, begin in enumerate(range(0, len(askers), AT_A_TIME)):
            part = _Part(sums, number, {who: takings[who] for who in askers[begin : begin + AT_A_TIME]})
            # Whose browser is whose goes with the first: of these a process never has more than it remembers.
            if number == 0:
                part.known, part.unknown = sums.known, sorted(unknown)
            self._tell(part, told)
        return told

    def most(self, day: date, size: int) -> list[Taker]:
        try:
            found = cast("list[tuple[str, float]]", self._redis.zrevrange(_most(day), 0, size - 1, withscores=True))
            with self._redis.pipeline(transaction=False) as line:
                for who, _taken in found:
                    line.hgetall(_book(day, who))
                books = line.execute()
        except RedisError as error:
            raise CountsAway(f"Redis: {error}") from error
        return [
            Taker(who, taken, float(book.get("h", 0.0)), sum(name != "h" for name in book))
            for (who, taken), book in zip(found, books, strict=True)
        ]

    def _tell(self, part: "_Part", told: Told) -> None:
        try:
            books, accounts = self._script(keys=part.keys, args=[part.said])
        except RedisError as error:
            raise CountsAway(f"Redis: {error}") from error
        for who, flat in zip(part.takings, books, strict=True):
            book = dict(zip(flat[::2], map(float, flat[1::2]), strict=True))
            heard = book.pop("h", 0.0)
            if book or heard:
                told.books[who] = ({int(name[1:]): taken for name, taken in book.items()}, heard)
        for who, text in zip(part.unknown, accounts, strict=True):
            if text:
                account, _space, is_member = text.partition(" ")
                told.known[who] = Known(account, is_member == "1")


@dataclass
class _Part:
    """What one run of the script is given."""

    sums: Sums
    number: int
    takings: dict[str, list[list[str]]]  # of each asker: track, taken, heard
    known: dict[str, Known] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [
            _key("told", f"{self.sums.name}.{self.number}"), _most(self.sums.day),
            *(_book(self.sums.day, who) for who in self.takings),
            *(_key("known", who) for who in (*self.known, *self.unknown)),
        ]  # fmt: skip

    @property
    def said(self) -> str:
        return json.dumps(
            {
                "takings": list(self.takings.items()),
                "known": [f"{known.account} {int(known.is_member)}" for known in self.known.values()],
                "unknown": len(self.unknown),
                "adds": any(self.takings.values()) or bool(self.known),
                "kept": KEPT_SECONDS,
                "name_kept": NAME_KEPT_SECONDS,
            }
        )


def _text(seconds: float) -> str:
    return repr(seconds) if seconds else ""


def _most(day: date) -> str:
    return _key("most", day.isoformat())


def _book(day: date, who: str) -> str:
    return _key("book", f"{day}:{who}")


def _key(kind: str, what: str) -> str:
    return f"tenuto:guard:{kind}:{what}"
