"""What remarks about evidence rest on: a report's fixes, clocks and pictures, and what stands beside them."""

from collections.abc import Mapping

import msgspec


class Spot(msgspec.Struct, frozen=True):
    """A place: degrees WGS 84, with the accuracy in metres."""

    lat: float
    lon: float
    accuracy_m: float


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """A fix that a report or photo bears. Order of capture is by `at_ms`, then `record`.

    `at_ms` is the office's time at capture as far as the tablet knew it: it was no earlier. `latest_ms` is
    the latest that the tablet's own clock and the receipt make believable; both are the same where the
    tablet's measured time can be relied on. `boot` names the run of its clock: within one run `at_ms` is
    exact. `device` and `person` are those who wrote it.
    """

    record: str
    report: str
    visit: str
    district: str
    device: str
    person: str | None
    at_ms: int
    latest_ms: int
    boot: str
    spot: Spot


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """When an entry was made: by the office's time as the tablet knew it, by its clock, by the receipt."""

    record: str
    at_ms: int
    wall_ms: int | None
    received_ms: int

    @property
    def off_ms(self) -> int:
        """How far the tablet's own clock stood outside what can be: behind capture, or ahead of receipt.

        Negative where it was slow; 0 where it may have been right.
        """
        if self.wall_ms is None:
            return 0
        if self.wall_ms < self.at_ms:
            return self.wall_ms - self.at_ms
        return max(self.wall_ms - max(self.received_ms, self.at_ms), 0)


class InPicture(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture says of itself, once its bytes were opened; `zoned`: with its offset from UTC."""

    taken_ms: int | None = None
    zoned: bool = False
    lat: float | None = None
    lon: float | None = None
    hash: int | None = None


class PhotoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of a report. `taken_ms` is the tablet's word for when; `at_ms` when its entry was made.

    `read` is None while its bytes were not opened. `page`: it shows a page, which looks like every other.
    `compared`: its hash may be compared with others'.
    """

    id: str
    report: str
    visit: str
    sha256: str
    at_ms: int
    taken_ms: int | None
    page: bool
    spot: Spot | None = None
    read: InPicture | None = None
    compared: bool = False


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A report with all that can be compared. `shape` is its district's polygon (WKB), None for none.

    `place` is the establishment's place in the register.
    """

    id: str
    visit: str
    district: str
    at_ms: int
    place: Spot | None
    shape: bytes | None
    fixes: tuple[Fix, ...] = ()
    captured: tuple[Captured, ...] = ()
    photos: tuple[PhotoFacts, ...] = ()


class OtherPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of another report, and in how many bits its hash differs (0 for the same bytes)."""

    id: str
    report: str
    visit: str
    district: str
    at_ms: int
    bits: int = 0


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a visit's fixes and photos, by the id of the record that bears them.

    `next_to` are the fixes right before and after in time, of the same tablet or the same person; `same_spot`
    the nearest fix of another visit with the very same digits; `again` a photo of another report with the
    same bytes; `alike` the most alike one among those with other bytes.
    """

    next_to: Mapping[str, tuple[Fix, ...]] = {}
    same_spot: Mapping[str, Fix] = {}
    again: Mapping[str, OtherPhoto] = {}
    alike: Mapping[str, OtherPhoto] = {}
