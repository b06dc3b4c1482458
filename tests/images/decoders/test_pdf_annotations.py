"""Annotations of a PDF's pages."""

from tests.documents import form_pdf
from tests.images.decoders.pdf_jobs import PAGE, job, pages_of, read_pdf


def test_filled_in_fields_and_comments_are_read_with_the_page() -> None:
    form = form_pdf(PAGE, "Name", "Ada Lovelace", "please sign (here)")

    assert pages_of(read_pdf(job(form))) == [
        f"{PAGE}\n[field Name: Ada Lovelace]\n[comment: please sign (here)]"
    ]
