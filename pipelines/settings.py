"""Every path and option of Socialstat, in one typed place.

Values come from the environment (``SOCIALSTAT_HOME``, ``SOCIALSTAT_KEY_FILE``, ...) or from a file
``socialstat.env`` in the working directory. The folders follow design.md section 2: a stage reads
only what the one before it left.
"""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
WAREHOUSE_FILE = "socialstat.duckdb"
"""Name of the database in every release of the warehouse."""


class Settings(BaseSettings):
    """Options of one installation; every folder below ``home`` is derived, never configured."""

    model_config = SettingsConfigDict(env_prefix="SOCIALSTAT_", env_file="socialstat.env", extra="ignore")

    home: Path = ROOT / "data"
    key_file: Path | None = Field(
        None, description="secret for the pseudonyms; default beside home: data.nyckel beside data"
    )
    key: SecretStr | None = Field(
        None, description="the content of the key file, instead of a file", repr=False
    )
    sources: Path = Field(
        ROOT / "pipelines/ingest/sources",
        description="folder of adapters, one YAML per case system",
    )
    suppress_below: int = Field(
        5,
        ge=1,
        description="counts from 1 up to this number less one are not published",
    )
    keep_releases: int = Field(14, ge=1, description="warehouse and published releases that stay")
    max_lost_share: float = Field(
        0.2,
        gt=0,
        le=1,
        description="a full table that shrinks by more than this share is held",
    )
    threads: int = Field(2, ge=1, description="DuckDB and dbt threads")
    ingest_memory_mb: int = Field(
        300, ge=100, description="what DuckDB may use while a delivery is compared; the rest spills to disk"
    )
    build_in: Path | None = Field(
        None,
        description="folder of the night in the making and of dbt's parse, on the disk of home; default:"
        " in home. Installations that share one build one at a time, and parse the project once",
    )

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def rejected(self) -> Path:
        return self.home / "rejected"

    @property
    def restricted(self) -> Path:
        """Documents that name single cases by the case system's id."""
        return self.home / "restricted"

    @property
    def frozen(self) -> Path:
        """What has been sent, as it was sent; never made again, so it is backed up with the archive."""
        return self.home / "frozen"

    @property
    def work(self) -> Path:
        """Scratch of the deliveries being read in; empty when nothing runs."""
        return self.home / "work"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def building(self) -> Path:
        """The night in the making; empty when nothing is built."""
        return (self.build_in or self.warehouse) / "building"

    @property
    def dbt(self) -> Path:
        """dbt's parse of the project, its manifest and the SQL that it compiled."""
        return (self.build_in or self.home) / "dbt"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def pseudonym_key(self) -> Path:
        """Beside the data, never in it; an installation that had its key in the data keeps it there."""
        if self.key_file:
            return self.key_file
        home = self.home.absolute()
        beside, inside = home.with_name(f"{home.name}.nyckel"), home / "secret" / "pseudonym.key"
        return inside if inside.exists() and not beside.exists() else beside

    def make_folders(self) -> None:
        """Create the data folders; everything but ``published`` is readable by the owner only."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (
            self.landing,
            self.archive,
            self.quarantine,
            self.rejected,
            self.restricted,
            self.frozen,
            self.work,
            self.warehouse,
        ):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.published.mkdir(exist_ok=True)


@cache
def get_settings() -> Settings:
    """The settings of this process (read once; tests call ``get_settings.cache_clear()``)."""
    return Settings()
