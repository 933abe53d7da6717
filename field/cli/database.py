"""`field migrate`: bring the database to today's schema."""

from field.cli.options import Data, DatabaseUrl, Json

EXAMPLE = "Example: FIELD_DATABASE_URL=postgresql://field@localhost/field field migrate"


def migrate(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Bring the database to today's schema; make it where there is none. Doing it twice changes nothing."""
    from field.cli.opening import migrate_to_latest, revisions, settings_of, shown
    from field.cli.output import Output

    output = Output(json)
    settings = settings_of(data, database_url)
    before, _ = revisions(settings)
    migrate_to_latest(settings)
    after, _ = revisions(settings)
    if before == after:
        output.say(f"{shown(settings)} has the schema {after} already.")
    else:
        output.say(f"{shown(settings)} now has the schema {after} (before: {before or 'none'}).")
    output.machine({"before": before, "after": after})
