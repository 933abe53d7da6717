"""Somebody at a desk in the demonstration's office, who knows the server by HTTP alone."""

from typing import Any

import httpx

from field.sim.day_start import Account

TIMEOUT_S = 60


class Desk:
    """A signed-in person's requests. Raises httpx.HTTPStatusError for an answer that is no success."""

    def __init__(self, base_url: str, account: Account) -> None:
        self.account = account
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_S)
        asked = {"login": account.login, "password": account.password}
        token = self.post("/api/sign-in", asked)["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **asked: str) -> Any:
        """What the server answers, read from JSON."""
        answer = self._http.get(path, params=asked)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        """What the server answers to a body that is sent as JSON."""
        answer = self._http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def code(self) -> str:
        """A one-time code for a tablet of the supervisor's district."""
        return str(self.post("/api/devices/codes", {"district": self.account.district})["code"])

    def assign(self, day: str, per_inspector: int, seed: int) -> list[str]:
        """Assign the district's visits of a day; their ids."""
        asked = {
            "districts": [self.account.district],
            "day": day,
            "per_inspector": per_inspector,
            "seed": seed,
        }
        return [visit["visit"] for visit in self.post("/api/visits/assign", asked)["visits"]]

    def give(self, visit: str, inspector: str) -> None:
        """Give a visit to another inspector."""
        self.post(f"/api/visits/{visit}/inspector", {"inspector": inspector})

    def decide_first(self, about: str) -> bool:
        """Decide one open conflict about a field for the candidate listed first; whether there was one."""
        for conflict in self.get("/api/conflicts"):
            values = conflict["values"]
            if values["about"] == about:
                seen = [candidate["write"] for candidate in values["candidates"]]
                asked = {"seen": seen, "choose": seen[0], "reason": "Asked the employer by telephone."}
                self.post(f"/api/conflicts/{conflict['record']}/decide", asked)
                return True
        return False
