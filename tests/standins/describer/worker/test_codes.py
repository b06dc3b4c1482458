"""QR codes."""

import pytest

from bot.standins.describer.findings import Code
from bot.standins.describer.worker.codes import find_codes
from bot.standins.describer.worker.measurements import measure_picture
from tests.standins.describer import scenes


def test_qr_code_is_found_and_read() -> None:
    zxingcpp = pytest.importorskip(
        "zxingcpp", reason="left out: the extra `offline` is not installed"
    )
    from PIL import Image

    barcode = zxingcpp.create_barcode("https://example.org/party", zxingcpp.BarcodeFormat.QRCode)
    drawn = zxingcpp.write_barcode_to_image(barcode, scale=8)
    picture = Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), bytes(drawn)).convert("RGB")

    assert find_codes(picture) == (Code(format="QR Code", text="https://example.org/party"),)
    assert measure_picture(scenes.png(picture)).codes == find_codes(picture)
