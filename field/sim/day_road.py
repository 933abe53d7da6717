"""The road between a tablet of the demonstration and the real server: a bad line over real HTTP.

What is sent may be lost, repeated or cut, and so may the answer. Every tablet's very first push is answered
into the void, so that even the shortest day has a delivery that is repeated.
"""

import random
from collections.abc import Mapping

import msgspec

from field.sim.network import Weather
from field.sync.receipts import PushAnswer
from field.tablet.transport import HttpTransport, NoAnswer, Response

PUSH = "/api/sync/push"
PULL = "/api/sync/pull"
PHOTOS = "/api/photos/"
DAY = Weather(lose_request=0.08, lose_answer=0.10, repeat=0.08, cut_request=0.05, cut_answer=0.05)

_answer = msgspec.json.Decoder(PushAnswer)


class Road:
    """A bad line from a seed. `duplicates` counts what the server said it had received before."""

    def __init__(self, base_url: str, seed: str, weather: Weather = DAY) -> None:
        self._http = HttpTransport(base_url)
        self._weather = weather
        # Pushes, pulls and photos draw from bowls of their own: how often a tablet pulls must not change
        # what becomes of its pushes.
        self._chances = {kind: random.Random(f"{seed} {kind}") for kind in ("push", "pull", "photos")}
        self._pushed = False
        self.duplicates = 0

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """What becomes of one request. Raises NoAnswer as often as the weather says."""
        bowl = "photos" if path.startswith(PHOTOS) else {PUSH: "push", PULL: "pull"}.get(path)
        if bowl is None:
            return self._http.send(method, path, headers, body)
        chance = self._chances[bowl]
        weather = self._weather
        if chance.random() < weather.lose_request:
            raise NoAnswer("the request was lost")
        if chance.random() < weather.cut_request:
            body = body[: chance.randrange(len(body) or 1)]
        answer = self._deliver(method, path, headers, body)
        if chance.random() < weather.repeat:
            answer = self._deliver(method, path, headers, body)
        first, self._pushed = path == PUSH and not self._pushed, self._pushed or path == PUSH
        if first or chance.random() < weather.lose_answer:
            raise NoAnswer("the answer was lost")
        if chance.random() < weather.cut_answer:
            return Response(
                answer.status, answer.headers, answer.body[: chance.randrange(len(answer.body) or 1)]
            )
        return answer

    def _deliver(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        answer = self._http.send(method, path, headers, body)
        if path == PUSH and answer.status == 200:
            said = _answer.decode(answer.body)
            self.duplicates += sum(each.status == "duplicate" for each in said.answers)
        return answer
