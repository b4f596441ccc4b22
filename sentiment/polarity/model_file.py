"""The polarity model's file: a linear model over character n-grams and words, six moods, three classes.

    KOUBEI-POLARITY 3\n
    {JSON header, one line}\n
    keys int64, idf float32, weights float16 (features × moods), little-endian

The header's `sha256` is that of the header without it and of the rest. Read without pickle; refused by name
where it is cut off, changed, of another format, or not ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from koubei.core.errors import InputError
from koubei.core.language import _
from sentiment.words.moods import KINDS, MOODS

MAGIC, FORMAT = b"KOUBEI-POLARITY", 3
FEATURES = "char-1-3,words/2,valence/1"
"""How texts become evidence (features, grams, valence); raised when that changes: a model fits its own."""
MOST_BYTES = 64 << 20
TEMPERATURES, MOST_BIAS, MOST_IDF = (0.01, 100.0), 1e3, 1e3
"""Far beyond what training arrives at, and small enough for every sum to stay finite."""
_ROW_BYTES = 8 + 4 + 2 * len(MOODS)

SHIPPED = Path(__file__).parents[1] / "models" / "shipped.polarity"
IN_USE = "in-use.polarity"
"""The file a chosen model is kept as; without it the shipped one is used."""


class ModelError(InputError):
    """A model file that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class PolarityModel:
    """A trained model.

    Attributes:
        name: what people call it.
        digest: the first 8 hex digits of the SHA-256 of its header's numbers and its payload.
        keys, idf: the n-grams and words by ascending key and their inverse document frequencies.
        weights: (features, moods), log-odds by mood. Like the next two before the temperature.
        valence: (KINDS, moods), what words of feeling are worth. `bias`: (moods,).
        temperature: what log-odds are divided by, fitted on held-out texts.
        certain_from: least probability of a label that is not `uncertain`.
        about: what it was made from: file names, counts, digests (JSON types).
    """

    name: str
    keys: NDArray[np.int64]
    idf: NDArray[np.float32]
    weights: NDArray[np.float16]
    valence: NDArray[np.float64]
    bias: tuple[float, ...]
    temperature: float
    certain_from: float
    about: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Names what the model answers: equal models have equal digests."""
        numbers = json.dumps([self.valence.tolist(), self.bias, self.temperature, self.certain_from])
        return hashlib.sha256(numbers.encode() + self._payload()).hexdigest()[:8]

    @property
    def every_weight(self) -> NDArray[np.float64]:
        """(features and KINDS, moods): `weights`, then `valence`."""
        return np.concatenate((self.weights.astype(np.float64), self.valence))

    def _payload(self) -> bytes:
        return (
            self.keys.astype("<i8").tobytes()
            + self.idf.astype("<f4").tobytes()
            + self.weights.astype("<f2").tobytes()
        )

    def to_bytes(self) -> bytes:
        """The file's content."""
        payload = self._payload()
        header: dict[str, Any] = {
            "name": self.name,
            "features": FEATURES,
            "moods": dict(MOODS),
            "count": len(self.keys),
            "valence": self.valence.tolist(),
            "bias": self.bias,
            "temperature": self.temperature,
            "certain_from": self.certain_from,
            "about": self.about,
        }
        header["sha256"] = _checksum(header, payload)
        return b"%s %d\n%s\n%s" % (MAGIC, FORMAT, _line(header), payload)


def _line(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, ensure_ascii=False, sort_keys=True).encode()


def _checksum(header: Mapping[str, Any], payload: bytes) -> str:
    return hashlib.sha256(_line(header) + b"\n" + payload).hexdigest()


def chosen_model(models: Path | None) -> Path:
    """The model file in use: the one chosen in that folder, else the shipped one."""
    chosen = models / IN_USE if models else SHIPPED
    return chosen if chosen.exists() else SHIPPED


def use_model(path: Path, models: Path) -> PolarityModel:
    """Make a model file the one in use, in one step; a broken one is refused.

    Raises ModelError; OSError where the folder cannot be written.
    """
    model = load_model(path)
    models.mkdir(parents=True, exist_ok=True)
    fresh = models / f".{IN_USE}.{model.digest}"
    fresh.write_bytes(model.to_bytes())
    fresh.replace(models / IN_USE)
    return model


def reset_model(models: Path) -> PolarityModel:
    """Go back to the shipped model."""
    (models / IN_USE).unlink(missing_ok=True)
    return load_model(SHIPPED)


def load_model(path: Path = SHIPPED) -> PolarityModel:
    """Read a model file.

    Raises ModelError where it cannot be read, is cut off or damaged, of another format, or not a model.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refuse(path, "太大，不是极性模型")
        content = path.read_bytes()
    except OSError as error:
        raise _refuse(path, f"打不开（{error.strerror}）") from error
    first, __, rest = content.partition(b"\n")
    magic, __, number = first.partition(b" ")
    if magic != MAGIC:
        raise _refuse(path, "不是口碑的极性模型")
    if number != b"%d" % FORMAT:
        raise _refuse(path, f"格式版本是 {number[:20].decode('ascii', 'replace')}", f"格式版本 {FORMAT}")
    line, newline, payload = rest.partition(b"\n")
    try:
        return _parse(path, json.loads(line) if newline else None, payload)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _refuse(path, f"文件头损坏（{error}）") from error


def _parse(path: Path, header: Any, payload: bytes) -> PolarityModel:
    if not isinstance(header, dict):
        raise _refuse(path, "被截断")
    if header["features"] != FEATURES or header["moods"] != dict(MOODS):
        raise _refuse(
            path, f"特征是 {header['features']}，情绪是 {header['moods']}", f"{FEATURES}，{dict(MOODS)}"
        )
    count = int(header["count"])
    if len(payload) != count * _ROW_BYTES:
        raise _refuse(path, f"被截断或多出内容：{len(payload)} 字节", f"{count * _ROW_BYTES} 字节")
    if header.pop("sha256") != _checksum(header, payload):
        raise _refuse(path, "内容与校验和不符")
    bias, valence = tuple(map(float, header["bias"])), np.array(header["valence"], np.float64)
    temperature, certain_from = float(header["temperature"]), float(header["certain_from"])
    about = header["about"]
    if not isinstance(about, dict):
        raise _refuse(path, "文件头的 about 不是对象")
    low, high = TEMPERATURES
    if (
        count < 1
        or len(bias) != len(MOODS)
        or valence.shape != (len(KINDS), len(MOODS))
        or not all(abs(number) <= MOST_BIAS for number in (*bias, *valence.flat))
        or not low <= temperature <= high
        or not 0 <= certain_from <= 1
    ):
        raise _refuse(path, "文件头的数值不可用")
    model = PolarityModel(
        name=str(header["name"]),
        keys=np.frombuffer(payload, "<i8", count),
        idf=np.frombuffer(payload, "<f4", count, count * 8),
        weights=np.frombuffer(payload, "<f2", count * len(MOODS), count * 12).reshape(count, len(MOODS)),
        valence=valence,
        bias=bias,
        temperature=temperature,
        certain_from=certain_from,
        about=about,
    )
    if wrong := _absurd(model):
        raise _refuse(path, wrong)
    return model


def _absurd(model: PolarityModel) -> str:
    """What no training writes, though the checksum is right; "" where there is nothing."""
    if not model.name.strip() or not model.name.isprintable():
        return "模型名为空，或含换行与控制字符"
    if (model.keys[1:] <= model.keys[:-1]).any():
        return "特征没有按升序排列，或有重复"
    if not ((model.idf > 0) & (model.idf <= MOST_IDF)).all() or not np.isfinite(model.weights).all():
        return "权重或 idf 不是可用的数"
    return ""


def _refuse(path: Path, what: str, expected: str = "") -> ModelError:
    return ModelError(
        _("极性模型 {path}：{what}", path=path, what=what),
        expected or _("koubei sentiment train 写出的文件"),
        _("重新训练，或 koubei sentiment use shipped 换回自带的"),
    )
