"""Settings: what koubei.toml may say, and how it is read."""

from koubei.core.config.complaints import complaint
from koubei.core.config.load import CONFIG_VARIABLE, DEFAULT_FILE, config_path, load_settings
from koubei.core.config.schema import Alerts, Brand, Channel, Network, Settings, Source, Storage

__all__ = [
    "CONFIG_VARIABLE",
    "DEFAULT_FILE",
    "Alerts",
    "Brand",
    "Channel",
    "Network",
    "Settings",
    "Source",
    "Storage",
    "complaint",
    "config_path",
    "load_settings",
]
