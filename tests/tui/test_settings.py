"""Settings and keys: what the person chose is followed, and a wrong file stops nothing."""

from pathlib import Path

import pytest

from tests.tui import opening
from tests.tui.opening import press, said, screen_name, shown
from tui import commands, settings
from tui.app import AccordApp
from tui.dialogs.help import Help
from tui.dialogs.payment import PaymentForm
from tui.dialogs.settings import SettingsForm
from tui.settings import Configuration, Settings

IDS = [each.id for each in commands.COMMANDS]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of configuration that is not there yet."""
    found = tmp_path / "config" / "accord"
    monkeypatch.setenv("ACCORD_CONFIG", str(found))
    return found


def written(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_without_files_everything_is_left_to_the_system(folder: Path) -> None:
    assert settings.read(IDS) == Configuration()
    assert not folder.exists()


def test_what_is_written_is_read_back_and_only_the_owner_reads_it(folder: Path) -> None:
    chosen = Settings(
        "de_DE", "sunday", 'a "quoted" one', "compact", "EUR", "DE", "~/my calendars/accord.ics"
    )
    settings.write(chosen)
    assert settings.read(IDS) == Configuration(chosen)
    assert (folder / "settings.toml").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('colour = "red"', "there is no setting “colour”"),
        ("density = 7", "density must be a text"),
        ('density = "wide"', "density must be one of roomy, compact"),
        ('locale = "xx_XX"', "locale must be a locale such as en_GB"),
        ('currency = "XYZ"', "currency must be a currency such as GBP"),
        ('country = "Britain"', "country must be a country of two letters such as GB"),
        ('calendar_feed = "accord.ics"', "calendar_feed must be the whole path of a file that"),
        ('calendar_feed = "/home/me/ledger.db"', "ends in .ics"),
        ('lock_after = "ten"', "lock_after must be a number of minutes such as 10"),
        ("locale =", "settings.toml cannot be read"),
    ],
)
def test_a_wrong_setting_is_reported_and_left_out(folder: Path, line: str, complaint: str) -> None:
    written(folder, "settings.toml", line)
    found = settings.read(IDS)
    assert found.settings == Settings()
    assert len(found.complaints) == 1
    assert complaint in found.complaints[0]


def test_a_key_for_no_command_is_reported_and_the_others_hold(folder: Path) -> None:
    written(folder, "keys.toml", '"payment.record" = "P"\n"no.such" = "x"\n"app.quit" = 3\n')
    found = settings.read(IDS)
    assert found.keys == {"payment.record": "P"}
    assert [each.partition(":")[2] for each in found.complaints] == [
        " there is no command “no.such”.",
        ' the key of app.quit must be a text like "ctrl+l".',
    ]


def test_the_locale_that_was_set_goes_before_the_environment(folder: Path) -> None:
    assert settings.people_locale({"LANG": "fr_FR.UTF-8"}) == "fr_FR"
    written(folder, "settings.toml", 'locale = "de_DE"')
    assert settings.people_locale({"LANG": "fr_FR.UTF-8"}) == "de_DE"


def configured(path: Path, configuration: Configuration) -> AccordApp:
    return opening.app_on(path, configuration=configuration)


async def test_a_changed_key_works_shows_in_the_help_and_frees_the_old_one(
    household: Path,
) -> None:
    keys = {"payment.record": "ctrl+l"}
    async with opening.running(configured(household, Configuration(keys=keys))) as pilot:
        await press(pilot, "p")
        assert screen_name(pilot) == "today"
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, Help)
        assert "ctrl+l" in shown(pilot)
        await press(pilot, "escape", "ctrl+l")
        assert isinstance(pilot.app.screen, PaymentForm)


async def test_what_was_wrong_is_said_when_the_app_opens(household: Path) -> None:
    complaint = "keys.toml: there is no command “[red]x”."
    async with opening.running(
        configured(household, Configuration(complaints=(complaint,)))
    ) as pilot:
        assert complaint in said(pilot)


async def test_settings_are_followed_at_once_and_kept(household: Path, folder: Path) -> None:
    feed = household.with_name("accord.ics")
    async with opening.opened(household) as pilot:
        await press(pilot, "f9")
        form = pilot.app.screen
        assert isinstance(form, SettingsForm)
        for name, text in (
            ("locale", "de-DE"),
            ("theme", "accord-light"),
            ("density", "compact"),
            ("first_weekday", "sunday"),
            ("currency", "gold"),
        ):
            form.field(name).text = text
        await press(pilot, "enter")
        assert "must be a currency" in form.field("currency").error
        form.field("currency").text = "chf"
        form.field("calendar_feed").text = str(household)
        await press(pilot, "enter")
        assert "ends in .ics" in form.field("calendar_feed").error
        form.field("calendar_feed").text = str(folder / "accord.ics")
        await press(pilot, "enter")
        assert "must be in a folder that there is" in form.field("calendar_feed").error
        form.field("calendar_feed").text = f"'{feed}'"
        await press(pilot, "enter")
        app = pilot.app
        assert isinstance(app, AccordApp)
        assert (app.theme, app.locale, app.currency) == ("accord-light", "de_DE", "CHF")
        assert (app.country, app.first_weekday, app.has_class("-compact")) == ("DE", 6, True)
        assert "70,00" in shown(pilot)
        assert r"70\,00" in feed.read_text()
    assert settings.read(IDS).settings == Settings(
        "de_DE", "sunday", "accord-light", "compact", "CHF", "", str(feed)
    )
