"""The browser's own tablet when it is lost, copied or broken, against a real server.

web/sync/lost.story.test.ts plays it in node, and asks the office itself what became of it.
"""

import msgspec

from field.cli.demo_server import running
from field.config import Settings
from tests.tablet import test_browser_core as core
from tests.tablet.test_browser_core import office, settings

__all__ = ["office", "settings"]


def test_a_browser_that_is_lost_copied_or_broken_loses_nothing_and_keeps_nothing(
    settings: Settings,
    office: dict[str, str],
) -> None:
    with running(msgspec.structs.replace(settings, app_least=2)) as address:
        asked = {
            **office,
            "base": address,
            "login": core.INSPECTOR_LOGIN,
            "password": core.PASSWORD,
            "other": core.OTHER_LOGIN,
            "supervisor": core.SUPERVISOR_LOGIN,
        }
        core.play(asked, "lost.story")
