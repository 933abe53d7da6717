"""The smallest workbooks that a spreadsheet would open, made without one."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="17" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def xlsx(rows: Sequence[Sequence[object]], sheets: int = 1, merged: Sequence[str] = ()) -> bytes:
    """A workbook with these rows in its first sheet; numbers and dates are kept as such.

    `merged` are ranges of the first sheet, as in "A2:A4". "=A1+A2 -> 5" is a formula with its value.
    """
    inside = "".join(_row(number, row) for number, row in enumerate(rows, 1))
    return packed(inside, sheets, merged)


def packed(inside: str, sheets: int = 1, merged: Sequence[str] = ()) -> bytes:
    """A workbook whose first sheet has these rows, spelt as they are."""
    names = [f"Sheet{number}" for number in range(1, sheets + 1)]
    book = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/{name}.xml"/>'
        for number, name in enumerate(names, 1)
    )
    links += f'<Relationship Id="s" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="b" Type="{_RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{book}</sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
        )
        packed.writestr("xl/styles.xml", _STYLES)
        for name in names:
            ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged if name == names[0])
            together = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
            own = inside if name == names[0] else ""
            packed.writestr(
                f"xl/worksheets/{name}.xml",
                f'<worksheet xmlns="{_MAIN}" xmlns:x="{_MAIN}"><sheetData>{own}</sheetData>'
                f"{together}</worksheet>",
            )
    return file.getvalue()


def _row(number: int, row: Sequence[object]) -> str:
    cells = "".join(_cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _cell(at: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    if str(value).startswith("="):
        formula, _, kept = str(value)[1:].partition(" -> ")
        return f'<c r="{at}"><f>{escape(formula)}</f>{f"<v>{kept}</v>" if kept else ""}</c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
