"""Brings the catalogues of translations in line with the English texts: `python -m tests.translations`.

Entries come in the order of the English ones; those that are new are empty until somebody translates
them, those whose English has changed are emptied, and those that nobody says any more are left out.
"""

from collections.abc import Mapping
from pathlib import Path

from grader.authoring.catalogue import load_catalogue
from grader.domain.language import ENGLISH, LANGUAGES
from grader.report import language
from grader.report.english import SENTENCES
from grader.report.po import Entry, read_po, write_po
from grader.shipped import assignments_folder

SENTENCE_FOLDER = Path(language.__file__).parent / "languages"
MISCONCEPTION_FOLDER = assignments_folder() / "misconceptions"
TRANSLATED = tuple(tag for tag in LANGUAGES if tag != ENGLISH)


def misconception_texts() -> dict[str, str]:
    """Every text of the catalogue of misconceptions that a student may read, by its key."""
    texts = {}
    for entry in load_catalogue(MISCONCEPTION_FOLDER):
        texts |= {f"{entry.id}.title": entry.title, f"{entry.id}.what": entry.what}
        texts |= {f"{entry.id}.hint.{n}": hint for n, hint in enumerate(entry.hints, 1)}
    return texts


def brought_in_line(english: Mapping[str, str], known: tuple[Entry, ...]) -> list[Entry]:
    """An entry for each English text, with its translation where that is still one of this text."""
    texts = {(entry.key, entry.english): entry.text for entry in known}
    return [Entry(key, text, texts.get((key, text), "")) for key, text in english.items()]


def main() -> None:
    for folder, english in (
        (SENTENCE_FOLDER, SENTENCES),
        (MISCONCEPTION_FOLDER, misconception_texts()),
    ):
        for tag in TRANSLATED:
            file = folder / f"{tag}.po"
            known = read_po(file.read_text(encoding="utf-8")) if file.is_file() else ()
            entries = brought_in_line(english, known)
            file.write_text(write_po(entries, tag), encoding="utf-8")
            missing = sum(not entry.text for entry in entries)
            print(f"{tag}: {missing} of {len(entries)} texts of {folder.name} are to be translated")


if __name__ == "__main__":
    main()
