"""The fixtures themselves: a killed browser keeps its disk, and what is refused never arrives."""

from tests.browser.browsers import Tablets

KEEP = """async (value) => {
  const opened = indexedDB.open("kept", 1);
  const store = await new Promise((done) => {
    opened.onupgradeneeded = () => opened.result.createObjectStore("things");
    opened.onsuccess = () => done(opened.result);
  });
  const writing = store.transaction("things", "readwrite");
  writing.objectStore("things").put(value, "it");
  await new Promise((done) => { writing.oncomplete = done; });
}"""
LOOK = """async () => {
  const opened = indexedDB.open("kept", 1);
  const store = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
  const asked = store.transaction("things").objectStore("things").get("it");
  return new Promise((done) => { asked.onsuccess = () => done(asked.result); });
}"""
ASK = "() => fetch('/api/health').then((answer) => answer.status, () => 0)"


def test_what_a_page_has_stored_is_there_after_the_browser_was_killed(tablets: Tablets) -> None:
    tablet = tablets("tablet")
    page = tablet.start("/api/health")
    page.evaluate(KEEP, "seven lines")
    tablet.kill()
    assert tablet.start("/api/health").evaluate(LOOK) == "seven lines"


def test_a_tablet_without_signal_reaches_nothing_and_one_with_signal_the_office(tablets: Tablets) -> None:
    tablet = tablets("tablet")
    page = tablet.start("/api/health")
    assert page.evaluate(ASK) == 200
    tablet.go_offline()
    assert page.evaluate(ASK) == 0
    tablet.come_back()
    assert page.evaluate(ASK) == 200
