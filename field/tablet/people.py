"""Who is signed in on this tablet, and who uses it now."""

from field.tablet.database import Database
from field.tablet.door import SignedIn

CURRENT = "current"


class People:
    """The people of this tablet. A session belongs to the identity under which it was opened."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def signed_in(self, found: SignedIn, login: str, device: str, at_ms: int) -> None:
        """Remember a session; its owner now uses the tablet."""
        with self._db.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?, ?, 0)",
                *(found.person, login, found.name, found.token, device, at_ms),
            )
            self._db.remember(CURRENT, found.person)

    def use(self, person: str) -> None:
        """Somebody takes the tablet into their hands, also when their session ran out.

        Raises KeyError for a stranger, and for who signed out.
        """
        if self._db.row("SELECT 1 FROM people WHERE person = ? AND NOT out", person) is None:
            raise KeyError(person)
        self._db.remember(CURRENT, person)

    def current(self) -> str:
        """Who uses the tablet. Raises LookupError where nobody does, or who did has signed out."""
        person = self._db.state(CURRENT, str, "")
        if not person:
            raise LookupError("nobody is signed in on this tablet")
        return person

    def token(self, person: str) -> str | None:
        """Somebody's session."""
        found = self._db.row("SELECT token FROM people WHERE person = ?", person)
        return None if found is None else found[0]

    def any_token(self) -> str | None:
        """The session of anybody; every scope of everybody comes with it."""
        found = self._db.row("SELECT token FROM people WHERE token IS NOT NULL ORDER BY person LIMIT 1")
        return None if found is None else str(found[0])

    def on(self) -> list[str]:
        """Who is signed in."""
        found = self._db.rows("SELECT person FROM people WHERE token IS NOT NULL ORDER BY person")
        return [str(person) for (person,) in found]

    def known_on(self, device: str) -> set[str]:
        """Who ever signed in under an identity: the office takes no work of others from it."""
        return {
            str(person) for (person,) in self._db.rows("SELECT person FROM people WHERE device = ?", device)
        }

    def all_out(self) -> bool:
        """Whether all who ever signed in here have signed out."""
        return self._db.row("SELECT 1 FROM people WHERE NOT out") is None

    def signed_out(self, person: str) -> None:
        """Somebody ended their session: nothing more is captured in their name."""
        self._db.run("UPDATE people SET token = NULL, out = 1 WHERE person = ?", person)
        if self._db.state(CURRENT, str, "") == person:
            self._db.remember(CURRENT, "")

    def session_ended(self, token: str) -> None:
        """Forget a session that the server ended."""
        self._db.run("UPDATE people SET token = NULL WHERE token = ?", token)

    def forget_sessions(self) -> None:
        """Forget all sessions: they belonged to another identity."""
        self._db.run("UPDATE people SET token = NULL")
