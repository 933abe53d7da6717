"""What somebody slips into an unpacked bundle is found by typing what its page on verifying says."""

from pathlib import Path

import pytest

from tests.api.test_bundles import Case, case, verify  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    "name",
    [
        "VERIFY.tx.",
        " VERIFY.txt",
        "VERIFY.txt ",
        ".*",
        "VERIFY\\.txt",
        "VERIFY.txt\nxxVERIFY.txt",
        "VERIFY_txt",
    ],
)
def test_no_name_hides_a_file_that_was_slipped_in(case: Case, tmp_path: Path, name: str) -> None:  # noqa: F811
    """A name was looked for as a pattern, and without the spaces around it."""
    folder = case.unpacked("employer", tmp_path / "bundle")
    (folder / name).write_text("slipped in")
    assert "not in the manifest" in verify(folder)


def test_a_link_to_elsewhere_is_not_taken_for_a_file_of_the_bundle(case: Case, tmp_path: Path) -> None:  # noqa: F811
    folder = case.unpacked("court", tmp_path / "bundle")
    (photo, *_) = folder.glob("reports/*/photos/*-original.jpg")
    more = photo.with_name("003-deadbeef-original.jpg")
    more.symlink_to(photo)
    assert f"not in the manifest: {more.relative_to(folder)}" in verify(folder)
    more.unlink()
    # Also where it leads to the same bytes: they may be others tomorrow.
    photo.rename(tmp_path / "elsewhere.jpg")
    photo.symlink_to(tmp_path / "elsewhere.jpg")
    assert "a link, not a file" in verify(folder)


def test_a_receipt_for_other_bytes_than_the_photos_is_found(case: Case, tmp_path: Path) -> None:  # noqa: F811
    folder = case.unpacked("court", tmp_path / "bundle")
    first, second = sorted(folder.glob("reports/*/photos/*.receipt"))
    first.write_bytes(second.read_bytes())
    Path(f"{first}.server-sig").write_bytes(Path(f"{second}.server-sig").read_bytes())
    assert "its receipt is for other bytes" in verify(folder)
