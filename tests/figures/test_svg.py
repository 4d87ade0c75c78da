"""What the squeeze must keep and what it must drop."""

from dlcards.figures.svg import squeeze


def squeezed(body: str) -> str:
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return squeeze(f"{head}{body}</svg>".encode(), 10, 20).decode()


def test_size_is_in_pixels() -> None:
    assert 'width="10" height="20" viewBox="0 0 10 20"' in squeezed("")


def test_identifiers_nobody_uses_go_and_others_become_short() -> None:
    text = squeezed(
        '<defs><path id="glyph-1" d="M 1 2 L 3 4"/></defs>'
        '<g id="axes"><use xlink:href="#glyph-1"/></g>'
    )
    assert '<path id="a" d="M1 2L3 4"/>' in text
    assert '<use href="#a"/>' in text
    assert "axes" not in text


def test_straight_lines_become_relative_without_drifting() -> None:
    points = " ".join(f"L {i * 0.34:.4f} {i * 1.01:.4f}" for i in range(1, 100))
    text = squeezed(f'<path d="M 0.0 0.0 {points} "/>')
    path = text.split('d="M0 0l')[1].split('"')[0].replace("-", " -").split()
    assert abs(sum(float(v) for v in path[::2]) - 99 * 0.34) < 0.1
    assert abs(sum(float(v) for v in path[1::2]) - 99 * 1.01) < 0.1


def test_a_dot_keeps_its_length_of_zero() -> None:
    assert 'd="M1 1l0 0"' in squeezed('<path d="M 1.0 1.0 L 1.0 1.0 "/>')


def test_colors_that_look_like_numbers_stay() -> None:
    text = squeezed('<path style="fill: #2e77b9; stroke: #12e456; stroke-width: 1.23456"/>')
    assert "fill:#2e77b9;stroke:#12e456;stroke-width:1.23" in text


def test_metadata_and_comments_go() -> None:
    assert squeezed("<metadata><x/></metadata><!-- no -->").count("<") == 2
