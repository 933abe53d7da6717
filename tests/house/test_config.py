"""Settings, as an operator gives them."""

from pathlib import Path

import pytest

from field import config
from field.problems import Problem


def test_without_any_setting_everything_is_kept_in_one_folder() -> None:
    settings = config.read({"LANG": "ur_PK.UTF-8"})
    assert settings.database_url == "sqlite:///field-data/field.db"
    assert settings.secrets == Path("field-data/secrets")
    assert (settings.host, settings.port) == ("127.0.0.1", 8040)


def test_the_database_goes_with_the_data_folder() -> None:
    assert config.read({"FIELD_DATA": "/var/lib/field"}).database_url == "sqlite:////var/lib/field/field.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_one_driver_however_it_is_written(scheme: str) -> None:
    settings = config.read({"FIELD_DATABASE_URL": f"{scheme}://field@db/field"})
    assert settings.database_url == "postgresql+psycopg://field@db/field"


def test_a_mistyped_setting_is_refused_with_the_one_that_is_meant() -> None:
    with pytest.raises(Problem, match="Is FIELD_PORT meant") as caught:
        config.read({"FIELD_PROT": "9000"})
    assert caught.value.extra == {"setting": "FIELD_PROT"}


@pytest.mark.parametrize("text", ["eighty", "", "-1", "70000"])
def test_a_value_that_cannot_be_is_refused_by_name(text: str) -> None:
    with pytest.raises(Problem, match="FIELD_PORT"):
        config.read({"FIELD_PORT": text})


def test_settings_may_be_printed_without_giving_the_password_away() -> None:
    settings = config.read({"FIELD_DATABASE_URL": "postgresql://field:rose-water@db/field"})
    assert "rose-water" not in repr(settings)
    assert "field:***@db" in repr(settings)
