"""Persons: what is accepted, what it tells, and that no number leaves ingest."""

import hmac
import json
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sender import Sender, as_csv, person_number, rows, standard
from stdnum import luhn

from pipelines import ingest
from pipelines.ingest import Status, archive, person, pseudonym
from pipelines.ingest.pseudonym import KeyFileError
from pipelines.settings import Settings

DAY = date(2026, 11, 1)


def with_check_digit(nine: str) -> str:
    return nine + luhn.calc_check_digit(nine[2:])


NUMBERS = [
    (with_check_digit("19800101002"), "personnummer", date(1980, 1, 1), "kvinna"),
    (with_check_digit("19800101003"), "personnummer", date(1980, 1, 1), "man"),
    (with_check_digit("20200229003"), "personnummer", date(2020, 2, 29), "man"),
    (with_check_digit("19800161002"), "samordningsnummer", date(1980, 1, 1), "kvinna"),
    ("19800101-T123", "tillfalligt", date(1980, 1, 1), None),
    ("19800101-TF10", "tillfalligt", date(1980, 1, 1), None),
]


@pytest.mark.parametrize(("number", "kind", "born", "sex"), NUMBERS)
def test_number_is_read(number: str, kind: str, born: date, sex: str | None) -> None:
    forms = {number, number if "-" in number else f"{number[:8]}-{number[8:]}"}
    for form in forms:
        read = person.parse(pl.Series([form, None, form]), DAY)
        assert read.to_dicts() == [{"text": form, "nummer": number, "fodelsedatum": born, "kon": sex}]
        assert read.select(person.sort_of(pl.col("nummer"))).item() == kind


WRONG = {
    "ten digits": with_check_digit("19800101002")[2:],
    "ten digits with hyphen": "800101-0024",
    "check digit": with_check_digit("19800101002")[:-1] + "x",
    "wrong check digit": str(int(with_check_digit("19800101002")) ^ 1),
    "no such day": with_check_digit("20210229003"),
    "no such day for a coordination number": with_check_digit("19800293002"),
    "not yet born": with_check_digit("20270101003"),
    "another century": with_check_digit("17800101003"),
    "temporary without day": "19801301-T123",
    "temporary of another form": "19800101-T12",
    "letters": "okand",
    "two hyphens": "1980-0101-0024",
}


@pytest.mark.parametrize("fault", WRONG)
def test_not_a_number(fault: str) -> None:
    assert person.parse(pl.Series([WRONG[fault]]), DAY)["nummer"].to_list() == [None]


def archived(sender: Sender, tabell: str) -> pl.DataFrame:
    """The rows of the one file of changes, in the order of their lines."""
    (file,) = archive.load(sender.settings, "9901").files(tabell)
    return pl.read_parquet(sender.settings.archive / file)


def test_birth_date_and_sex_are_derived_unless_given(sender: Sender) -> None:
    lines = rows("placeringar")
    lines[0] |= {"kon": "kvinna", "fodelsedatum": "1979-12-31"}
    sender.send(standard(placeringar=lines))
    found = archived(sender, "placeringar")
    born = date.fromisoformat(lines[1]["personnummer"][:8])
    assert found["fodelsedatum"].to_list()[:2] == [date(1979, 12, 31), born]
    assert found["kon"][0] == "kvinna"
    odd = [int(line["personnummer"][10]) % 2 == 1 for line in lines[1:]]
    assert [sex == "man" for sex in found["kon"][1:]] == odd


def test_checksum_agrees_with_the_library() -> None:
    numbers = [f"1980010{n % 9 + 1}{n * 37 % 10000:04}" for n in range(2000)]
    read = person.parse(pl.Series(numbers), DAY)
    valid = dict(read.select("text", pl.col("nummer").is_not_null()).iter_rows())
    assert valid == {number: luhn.is_valid(number[2:]) for number in numbers}
    assert 100 < sum(valid.values()) < 300


def test_no_number_is_of_no_known_sort() -> None:
    frame = pl.DataFrame({"nummer": [None]}, schema={"nummer": pl.String})
    assert frame.select(person.sort_of(pl.col("nummer"))).item() == "okand"


# --- the key ---


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data")


def made(settings: Settings, kommun: str = "9901") -> pseudonym.Pseudonymiser:
    return pseudonym.load(settings, kommun, create=True)


def test_pseudonyms_are_stable_separate_and_local_where_they_should_be(home: Settings) -> None:
    here, there = made(home), made(home, "9902")
    regular, temporary = NUMBERS[0][0], "19800101-T123"
    assert here.of("person", regular) == there.of("person", regular)
    assert here.of("person", temporary) != there.of("person", temporary)
    assert here.of("hem", "1") != here.of("handlaggare", "1")
    assert here.of("hem", "1") != there.of("hem", "1")
    assert len(here.of("hem", "1")) == 32
    column = here.series("person", pl.Series([regular, None, temporary, regular]))
    assert column.to_list() == [
        here.of("person", n) if n else None for n in (regular, None, temporary, regular)
    ]


@pytest.mark.parametrize("length", [1, 32, 64, 65])
def test_pseudonyms_are_hmac(length: int) -> None:
    secret = bytes(range(length))
    key = pseudonym.Key("a", secret)
    assert key.pseudonyms(["x", "å"]) == [
        hmac.digest(secret, text.encode(), "sha256").hex()[:32] for text in ("x", "å")
    ]


def test_rotation_wraps_the_old_pseudonym() -> None:
    old, new = pseudonym.Key("a", bytes(32)), pseudonym.Key("b", bytes([1] * 32))
    before = pseudonym.Pseudonymiser("9901", (old,)).of("person", "x")
    after = pseudonym.Pseudonymiser("9901", (old, new))
    assert after.of("person", "x") == hmac.digest(bytes([1] * 32), before.encode(), "sha256").hex()[:32]
    assert after.key_id == "b"


def test_the_key_is_made_beside_the_data_for_its_owner_only(home: Settings) -> None:
    pseudonyms = made(home)
    path = home.home.with_name("data.nyckel")
    assert home.pseudonym_key == path
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert not home.home.exists()
    stored = json.loads(path.read_text())["nycklar"]
    assert [key["id"] for key in stored] == [pseudonyms.key_id]
    assert stored[0]["nyckel"] not in repr(pseudonyms) + repr(pseudonyms.keys) + str(vars(home))
    assert made(home).of("hem", "1") == pseudonyms.of("hem", "1")


def test_an_installation_with_its_key_in_the_data_keeps_it(home: Settings) -> None:
    earlier = home.home / "secret" / "pseudonym.key"
    earlier.parent.mkdir(parents=True)
    earlier.write_text(json.dumps({"nycklar": [pseudonym.Key("a", bytes(32)).content]}))
    earlier.chmod(0o600)
    assert made(home).key_id == "a"
    assert not home.home.with_name("data.nyckel").exists()


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    one, two = (made(Settings(home=tmp_path / name)) for name in ("a", "b"))
    assert one.key_id != two.key_id


def test_the_key_may_lie_in_the_environment(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALSTAT_KEY", json.dumps({"nycklar": [pseudonym.Key("miljö", bytes(32)).content]}))
    settings = Settings(home=home.home)
    assert pseudonym.load(settings, "9901", create=False).key_id == "miljö"
    assert not settings.pseudonym_key.exists()
    assert 'nyckel"' not in repr(settings)


def test_a_part_of_the_chain(home: Settings) -> None:
    first = made(home)
    pseudonym.add(home)
    assert made(home).key_id != first.key_id
    before = pseudonym.load(home, "9901", create=False, key_id=first.key_id)
    assert before.of("person", "x") == first.of("person", "x")
    with pytest.raises(KeyFileError, match="saknar nyckeln okänd, som arkivet för 9901"):
        pseudonym.load(home, "9901", create=False, key_id="okänd")


def test_nobody_keeps_an_ephemeral_key() -> None:
    one, two = (pseudonym.ephemeral("9901") for _ in range(2))
    assert one.of("person", "x") != two.of("person", "x")


UNREADABLE = ["inte json", "{}", '{"nycklar": []}', '{"nycklar": [{"id": "a", "nyckel": "zz"}]}', "[1]", "ÿÿ"]


@pytest.mark.parametrize(
    "content", [*UNREADABLE, json.dumps({"nycklar": 2 * [pseudonym.Key("a", b"x").content]})]
)
def test_unreadable_key_file(home: Settings, content: str) -> None:
    home.pseudonym_key.write_bytes(content.encode("latin-1"))
    home.pseudonym_key.chmod(0o600)
    with pytest.raises(KeyFileError, match="går inte att läsa") as raised:
        made(home)
    assert content not in str(raised.value)


def test_a_key_file_that_others_may_read_is_refused(home: Settings) -> None:
    made(home)
    for mode in (0o640, 0o604, 0o666):
        home.pseudonym_key.chmod(mode)
        with pytest.raises(KeyFileError, match="kan läsas av andra"):
            made(home)


def test_a_lost_key_is_never_replaced(home: Settings) -> None:
    with pytest.raises(KeyFileError, match="saknas, men arkivet är skapat med en nyckel"):
        pseudonym.load(home, "9901", create=False)
    assert not home.pseudonym_key.exists()


def test_a_key_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    with pytest.raises(KeyFileError, match=r"går inte att skriva.*SOCIALSTAT_KEY_FILE"):
        made(Settings(home=tmp_path / "data", key_file=tmp_path / "fil" / "nyckel"))


# --- numbers as ids ---

TWELVE = with_check_digit("19800101002")
TEN = TWELVE[2:]
AS_IDS = {
    TWELVE: f"pn:{TWELVE}",
    f"{TWELVE[:8]}-{TWELVE[8:]}": f"pn:{TWELVE}",
    f"H-{TWELVE}/2": f"H-pn:{TWELVE}/2",
    "19800101-t123": "pn:19800101-T123",
    TEN: f"pn:{TEN}",
    f"{TEN[:6]}-{TEN[6:]}": f"pn:{TEN}",
    f"{TEN[:6]}+{TEN[6:]}": f"pn:{TEN[:6]}+{TEN[6:]}",
    f"{TWELVE}-{TEN}": f"pn:{TWELVE}-pn:{TEN}",
    "U000001": "U000001",
    TWELVE[:-1] + str((int(TWELVE[-1]) + 1) % 10): None,
    f"1{TWELVE}": None,
    "5560360793": None,  # a company's number: no month is 60
    "20250230" + "0000": None,
}


def test_numbers_in_ids_become_pseudonyms_that_join() -> None:
    pseudonyms = pseudonym.ephemeral("9901")
    cleaned = pseudonyms.clean_ids(pl.Series([*AS_IDS, None]))
    assert cleaned[-1] is None
    for (text, expected), found in zip(AS_IDS.items(), cleaned, strict=False):
        wanted = expected or text
        numbers = sorted({TWELVE, TEN, f"{TEN[:6]}+{TEN[6:]}", "19800101-T123"}, key=len, reverse=True)
        for number in numbers:
            wanted = wanted.replace(f"pn:{number}", f"pn:{pseudonyms.of('person', number)}")
        assert found == wanted, text


# --- a whole delivery ---


def test_no_personal_number_leaves_ingest(sender: Sender) -> None:
    """Numbers in every wrong place: as ids, in texts, dates, codes, headers, broken rows and file names."""
    planted = [person_number(place) for place in range(40)]
    dashed = [f"{n[:8]}-{n[8:]}" for n in planted]
    lines = rows("aktualiseringar", 40)
    for place, line in enumerate(lines):
        line |= {"kanal": "", "registrerad": "", "anmalan_id": "", "orsak": "", "handlaggare": ""}
        line["personnummer"] = dashed[place] if place % 2 else planted[place]
    lines[1]["aktualisering_id"] = planted[1]
    lines[2]["kanal"] = f"ringde om {dashed[2]}."
    lines[3]["registrerad"] = planted[3]
    lines[4]["typ"] = dashed[4]
    lines[5]["anmalan_id"] = dashed[5]
    lines[6]["personnummer"] = planted[6][2:]
    lines[7]["aktualisering_id"], lines[7]["inkommen"] = planted[7], "fel"
    lines[8]["handlaggare"] = planted[8]
    lines[9]["enhet"] = dashed[9]
    lines[10]["typ"] = planted[10][2:]
    lines[13]["anmalan_id"] = f"A{planted[13]}-1"
    lines[14]["anmalan_id"] = planted[14][2:]
    lines[15]["orsak"] = f"syskon till {dashed[15][2:]}"
    events = rows("handelser")
    events[0] |= {"subjekt_typ": "person", "subjekt_id": planted[0], "personnummer": planted[0]}
    headless = "\n".join([",".join([dashed[n], "x", "y"]) for n in range(5)])
    files = standard(
        aktualiseringar=as_csv(lines) + f"{planted[11]},bara två\n", handelser=events, overvaganden=headless
    )
    messages: list[str] = []
    delivery = sender.put({**files, f"{dashed[12]}.pdf": b"x"})
    result = ingest.ingest(sender.settings, delivery, messages.append)
    assert result.status is Status.PARTLY

    secrets = {form for n in planted for form in (n, n[2:], f"{n[:8]}-{n[8:]}", f"{n[2:8]}-{n[8:]}")}
    texts = [*messages, repr(result)]
    for folder in (sender.settings.archive, sender.settings.rejected):
        for path in folder.rglob("*"):
            texts += [path.name, *_texts(path)]
    assert len(texts) > 1000
    leaked = [text for text in texts if any(s in text for s in secrets)]
    assert not leaked

    event = archived(sender, "handelser")
    assert event["subjekt_id"][0] == "pn:" + event["person_nyckel"][0]


def _texts(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return [str(cell) for column in pl.read_parquet(path).iter_columns() for cell in column.drop_nulls()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return [path.read_text(encoding="utf-8", errors="replace")] if path.is_file() else []
