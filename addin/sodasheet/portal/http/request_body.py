"""Bodies of requests, handed out in pieces as they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sodasheet.errors import PortalError

#: A send that stalls is noticed per piece, so a big body on a slow line is no time-out.
_PIECE = 65_536


class RequestBody:
    """A request body handed out in pieces, which knows how much has left.

    `length` is in bytes, None if unknown (the body is then sent chunked). `failure` is the
    exception that ended its source, if any.
    """

    def __init__(self, pieces: Iterable[bytes], length: int | None = None) -> None:
        self._pieces = pieces
        self.started = False
        self.sent = 0
        self._ended = False
        self.failure: Exception | None = None
        if length is not None:
            self.len = length  # requests looks for this name

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces:
                for start in range(0, len(piece), _PIECE):
                    self.started = True
                    part = piece[start : start + _PIECE]
                    self.sent += len(part)
                    yield part
            self._require_whole()
            self._ended = True
        except Exception as error:
            self.failure = error
            raise

    @property
    def whole(self) -> bool:
        """True if the portal may have received the whole body.

        A request of which a part is missing can never be acted upon: its length, or the chunk
        that ends it, says that it is not complete.
        """
        return self._ended or (self.started and self.sent == getattr(self, "len", None))

    def _require_whole(self) -> None:
        """An empty or short body would empty or cut the dataset: rather break the connection."""
        if self.sent == 0 or self.sent != getattr(self, "len", self.sent):
            raise PortalError(
                "The rows to send ended before they were complete, so the request was broken off.",
                "Push again; the dataset is unchanged.",
                None,
                "incomplete",
            )


class NoBody(RequestBody):
    """The body of a request without content: counts as sent, since no event shows its departure."""

    def __init__(self) -> None:
        super().__init__((), 0)
        self.started = self._ended = True
