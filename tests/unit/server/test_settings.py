"""Settings come from the environment, and a wrong one is named in one sentence without its value."""

import pytest
from pydantic import ValidationError

from server.settings import SettingsError, load_settings

NAMES = ("HOST", "PORT", "DATA_DIR", "DATABASE_URL", "REDIS_URL", "DEMO_PASSWORD", "SECRET_KEY", "LOG_LEVEL")


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in (*NAMES, "ALLOWED_ORIGINS", "WEB_DIST", "PHONE_DIST"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_listen_to_this_machine_only_and_hold_no_secret():
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.secret_key is None
    assert settings.demo_password is None


def test_an_empty_variable_is_no_variable(monkeypatch):
    monkeypatch.setenv("PORT", "")
    assert load_settings().port == 8000


def test_the_command_line_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    assert load_settings().port == 9000
    assert load_settings({"port": "0"}).port == 0


def test_origins_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example/, http://b.example:81,")
    assert load_settings().allowed_origins == ("https://a.example", "http://b.example:81")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "many", "integer"),
        ("PORT", "70000", "65535"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", r"postgresql://user:password@host:port/database"),
        ("REDIS_URL", "http://hunter2", "redis://"),
        ("SECRET_KEY", "hunter2", "32"),
        ("DEMO_PASSWORD", "hunter2", "8"),
        ("LOG_LEVEL", "hunter2", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(monkeypatch, name, value, expected):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} cannot be used: .*{expected}") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_secrets_do_not_print(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    assert "s" * 40 not in repr(load_settings())


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        load_settings().port = 1
