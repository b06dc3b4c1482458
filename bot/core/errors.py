"""The errors that all rooms share, and the tree of every error of Glimpse's own.

The refusals of a subject stand with it: in `core/quota/errors.py` and so on.

GlimpseError
├── ConfigurationError      the start stops; one sentence for each mistake
├── StartFailed             the start stops; one sentence
│   └── StartDelayed        what it needs is away: another attempt may go well
├── LeaseLost               another process has this one's name; it ends at once
├── Refusal                 expected, worded for the user by core/wording
│   ├── QuotaExceeded
│   │   └── PictureTooDear
│   ├── Blocked
│   ├── QuestionTooLarge
│   ├── NothingToRead
│   ├── AlreadyAnswered
│   ├── PicturesOff
│   ├── OrderRefused
│   ├── ModerationRefused
│   ├── CannotUndo
│   ├── NotAllowed
│   └── ExportTooLarge
├── StoreError              the database can't be used; nobody is answered
│   ├── DatabaseUnavailable
│   │   ├── DatabaseBusy    somebody else holds it up
│   │   └── DatabaseDamaged
│   ├── BackupFailed
│   ├── RestoreRefused
│   └── DatabaseTooNew
├── SurfaceError            Discord did not show something
│   ├── SurfaceGone         the message or channel is no longer there
│   ├── SurfaceForbidden    the bot may not
│   │   └── SurfaceClosed   the thread was archived or locked
│   ├── SurfaceRejected     what is written there is not acceptable
│   └── SurfaceUnavailable  Discord is down or unreachable
│       └── SurfaceLimited  Discord's rate limit was met
├── ChartsMissing           the extra `charts` is not installed
└── ChartFailed             a chart could not be drawn
"""


class GlimpseError(Exception):
    """The docstring of a subclass is its message where none is given."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").split("\n")[0])


class ConfigurationError(GlimpseError):
    """The configuration has mistakes."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StartFailed(GlimpseError):
    """The bot can't start."""


class StartDelayed(StartFailed):
    """What the start needs is away at the moment."""


class LeaseLost(GlimpseError):
    """Another process has taken over the name of this one."""


class Refusal(GlimpseError):
    """The question is not answered, for a reason that the user can understand."""


class StoreError(GlimpseError):
    """The database can't be used."""


class DatabaseUnavailable(StoreError):
    """The database can't be reached, is locked, full or damaged."""


class DatabaseBusy(DatabaseUnavailable):
    """The database is locked by somebody else, or answers too slowly."""


class DatabaseDamaged(DatabaseUnavailable):
    """The database is damaged: a backup must be restored."""


class BackupFailed(StoreError):
    """No backup could be made, and nothing is left of it."""


class RestoreRefused(StoreError):
    """The backup can't be restored, and nothing was changed."""


class DatabaseTooNew(StoreError):
    """The database was written by a newer version of Glimpse."""


class SurfaceError(GlimpseError):
    """Discord did not show something."""


class SurfaceGone(SurfaceError):
    """The message or the channel is no longer there."""


class SurfaceForbidden(SurfaceError):
    """The bot may not write there."""


class SurfaceClosed(SurfaceForbidden):
    """Somebody has archived or locked the thread."""


class SurfaceRejected(SurfaceError):
    """Discord, or a server's AutoMod, does not accept what is written there."""


class SurfaceUnavailable(SurfaceError):
    """Discord is down, unreachable, or holds us back for too long."""


class SurfaceLimited(SurfaceUnavailable):
    """Discord answered, but takes no more of this for a while."""
