"""The key of sealed policies, from the settings."""

from __future__ import annotations

from boxed.settings import Settings, SettingsError
from guards.names.seal import SealKey

_MAKE = "make one with 'openssl rand -hex 32', and keep it: what it sealed opens with no other"


def seal_key_of(settings: Settings) -> SealKey | None:
    """The key that seals and opens policies, None where none is set; raises ``SettingsError``."""
    file, key = settings.seal_key_file, settings.seal_key
    if file is not None and key is not None:
        raise SettingsError("settings 'seal_key' and 'seal_key_file' are both set; delete one")
    try:
        if key is not None:
            return SealKey.from_hex(key.get_secret_value())
        return None if file is None else SealKey.from_hex(file.read_text(encoding="ascii"))
    except OSError as error:
        raise SettingsError(
            f"setting 'seal_key_file': {file} cannot be read ({error.strerror}); name another"
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(
            f"setting 'seal_key_file': {file} holds no key in hexadecimal; {_MAKE}"
        ) from None
    except ValueError as error:
        name = "seal_key" if file is None else "seal_key_file"
        raise SettingsError(f"setting '{name}': {error}; {_MAKE}") from None


def needed_seal_key(settings: Settings) -> SealKey:
    """The key that is set; raises ``SettingsError`` where there is none."""
    key = seal_key_of(settings)
    if key is None:
        raise SettingsError(
            f"no key to seal with is set; {_MAKE}. Put it into BOXED_SEAL_KEY, or into a file that "
            "seal_key_file names"
        )
    return key
