"""Pictures and sounds of contributors: read with limits, reduced to what is seen or heard."""

from dlcards.media.files import MediaError, Picture, read_picture, read_sound

__all__ = ["MediaError", "Picture", "read_picture", "read_sound"]
