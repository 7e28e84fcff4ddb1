import json
from pathlib import Path

import pytest
import torch

from shorthand_training import goldens
from shorthand_training.assembly import lay_out, project_windows, splice
from shorthand_training.config import ModelConfig
from shorthand_training.encoder import ArcEncoder, PccEncoder, from_decoder, window_slots
from shorthand_training.export import read_bundle, write_encoder, write_projector
from shorthand_training.generate import greedy
from shorthand_training.items import Ids, Slots, raw
from shorthand_training.layers import rotary_table, rotate
from shorthand_training.model import Decoder
from shorthand_training.muon import orthogonalise
from shorthand_training.pooling import pooling_matrix, split_integer
from shorthand_training.projector import MlpProjector, make_projector
from shorthand_training.quantise import Rounding, dequantised, frozen, quantise_int4, quantise_int8

SMALL = ModelConfig(64, 3, 4, 2, 16, 128, 512, 512)


def test_decoder_computes_what_transformers_does(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    decoder = Decoder(SMALL)
    goldens.randomise(decoder, 1)
    goldens.write_decoder(decoder, tmp_path)
    embeds, steps = torch.randn(1, 9, 64), torch.randn(3, 64)
    with torch.no_grad():
        theirs = goldens.hugging_face_logits(tmp_path, embeds, steps)
        mine = goldens.own_logits(decoder, embeds, steps)
    for a, b in zip(theirs, mine, strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


def test_split_integer_is_balanced() -> None:
    assert split_integer(16, 4) == [4] * 4
    assert split_integer(17, 8) == [6, 6, 5]
    assert split_integer(3, 8) == [3]
    for n in range(1, 70):
        assert sum(split_integer(n, 8)) == n
    assert torch.allclose(pooling_matrix([17, 5], 8, 20).sum(-1), torch.tensor([[1.0, 1, 1], [1, 0, 0]]))


def by_hand(encoder: ArcEncoder, ids: list[int], ratio: int) -> torch.Tensor:
    """ARC's last layer written out for one window, one group and one head at a time."""
    c = encoder.config
    n = len(ids)
    h = encoder.embed_tokens(torch.tensor([ids]))
    rotary = rotary_table(torch.arange(n), c.head_dim, c.rope_theta)
    everything = torch.ones(1, 1, n, n, dtype=torch.bool)
    for layer in encoder.layers[:-1]:
        h, _ = layer(h, rotary, everything)
    h = h[0]
    last = encoder.layers[-1]
    a = last.self_attn
    groups, at = [], 0
    for size in split_integer(n, ratio):
        groups.append(h[at : at + size].mean(0))
        at += size
    pooled = torch.stack(groups)
    normed, source = last.input_layernorm(pooled), last.input_layernorm(h)
    heads = []
    for head in range(a.heads):
        part = slice(head * c.head_dim, (head + 1) * c.head_dim)
        kv = head // (a.heads // a.kv_heads)
        kv_part = slice(kv * c.head_dim, (kv + 1) * c.head_dim)
        q = a.q_norm(normed @ a.q_proj.weight[part].T)
        k = a.k_norm(source @ a.k_proj.weight[kv_part].T)
        v = source @ a.v_proj.weight[kv_part].T
        q = rotate(q, *rotary_table(torch.arange(len(q)), c.head_dim, c.rope_theta))
        k = rotate(k, *rotary)
        heads.append(torch.softmax(q @ k.T / c.head_dim**0.5, -1) @ v)
    pooled = pooled + a.o_proj(torch.cat(heads, -1))
    return pooled + last.mlp(last.post_attention_layernorm(pooled))


@pytest.mark.parametrize("ratio", [4, 8, 16])
@pytest.mark.parametrize("n", [1, 3, 17, 33])
def test_arc_encoder_pools_as_the_paper_does(n: int, ratio: int) -> None:
    encoder = ArcEncoder(SMALL)
    goldens.randomise(encoder, 2)
    ids = torch.randint(16, 512, (n,)).tolist()
    with torch.no_grad():
        slots, counts = encoder.encode([ids, list(range(40))], ratio, 64)
        torch.testing.assert_close(slots[0, : counts[0]], by_hand(encoder, ids, ratio), atol=1e-4, rtol=1e-4)


def test_pcc_encoder_is_causal_and_padding_free() -> None:
    encoder = PccEncoder(SMALL, 16, 64)
    goldens.randomise(encoder, 3)
    with torch.no_grad():
        alone, _ = encoder.encode([[20, 21, 22]], 8)
        together, counts = encoder.encode([[20, 21, 22], list(range(16, 60))], 8)
    assert counts == [1, 6]
    torch.testing.assert_close(alone[0], together[0, :1], atol=1e-5, rtol=1e-5)


def test_pcc_memory_tokens_stand_for_places() -> None:
    encoder = PccEncoder(SMALL, 16, 64)
    assert encoder.memory(64, 4).tolist() == list(range(16))
    assert encoder.memory(64, 16).tolist() == [3, 7, 11, 15]
    assert encoder.memory(17, 8).tolist() == [1, 3, 5]


def test_encoder_starts_from_the_decoder(decoder: Decoder) -> None:
    encoder = from_decoder(decoder, "arc", 2, 256, (4, 8, 16))
    assert torch.equal(encoder.layers[1].mlp.up_proj.weight, decoder.model.layers[1].mlp.up_proj.weight)
    assert torch.equal(encoder.embed_tokens.weight, decoder.model.embed_tokens.weight)


@torch.no_grad()
def test_slots_are_the_text_itself_before_training(decoder: Decoder) -> None:
    encoder = from_decoder(decoder, "arc", 2, 256, (4, 8, 16))
    projector = make_projector("mlp", 64, 128, 64, decoder.embedding_rms)
    text = torch.tensor([[5, 80, 31, 7, 90]])
    embeddings = decoder.embed(text)[0]
    slots = projector(window_slots(encoder, text.tolist(), 1))
    assert torch.nn.functional.cosine_similarity(slots, embeddings).min() > 0.9999
    pairs = projector(window_slots(encoder, text.tolist(), 2))
    means = torch.stack((embeddings[:2].mean(0), embeddings[2:4].mean(0), embeddings[4]))
    assert torch.nn.functional.cosine_similarity(pairs, means).min() > 0.9999


def test_projector_output_has_the_embeddings_size() -> None:
    for kind in ("mlp", "pcc"):
        out = make_projector(kind, 64, 96, 64, 0.05)(torch.randn(200, 64))
        assert float(out.detach().pow(2).mean().sqrt()) == pytest.approx(0.05, rel=0.1)


def test_quantisation() -> None:
    torch.manual_seed(0)
    w = torch.randn(6, 256)
    q, scale = quantise_int8(w)
    assert q.abs().max() == 127 and scale.shape == (6, 2, 1)
    assert (dequantised(w, 8) - w).abs().max() <= scale.max() / 2 + 1e-6
    q4, d = quantise_int4(w)
    assert q4.min() == 0 and q4.max() <= 15
    assert (dequantised(w, 4) - w).abs().max() <= d.abs().max() + 1e-6
    assert dequantised(torch.zeros(2, 128), 8).abs().max() == 0
    assert dequantised(torch.zeros(2, 128), 4).abs().max() == 0
    wide = Decoder(ModelConfig(128, 2, 4, 2, 32, 256, 384, 512))
    goldens.randomise(wide, 4)
    copy = frozen(wide)
    ids = torch.randint(0, 384, (1, 12))
    with torch.no_grad():
        assert (copy(ids) - wide(ids)).abs().max() < 0.5
    assert not any(p.requires_grad for p in copy.parameters())


def test_orthogonalised_updates_have_singular_values_near_one() -> None:
    values = torch.linalg.svdvals(orthogonalise(torch.randn(32, 48)))
    assert values.min() > 0.5 and values.max() < 1.3


def test_slots_are_spliced_where_they_belong(decoder: Decoder) -> None:
    encoder = ArcEncoder(SMALL)
    goldens.randomise(encoder, 5)
    projector = MlpProjector(64, 32, 64)
    windows = [list(range(20, 37)), list(range(40, 45))]
    item = [Ids([0, 1, 30]), Slots(windows), Ids([50, 51, 52], 1.0)]
    other = [Ids([0, 1]), Slots([windows[1]], "rec"), Ids([60], 1.0)]
    batch = lay_out([item, other], 8, encoder.slots_of, 16)
    with torch.no_grad():
        rows, m = project_windows(encoder, projector, batch.windows, 8)
        embeds = splice(decoder, batch, rows, m)
        a, _ = encoder.encode([windows[0]], 8)
        b, _ = encoder.encode([windows[1]], 8)
        expected = torch.cat((a[0], b[0], encoder.cont_tok.weight))
        torch.testing.assert_close(embeds[0, 3:8], projector(expected), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(embeds[1, 3], projector(encoder.rec_tok.weight)[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(embeds[0, 8], decoder.embed(torch.tensor(50)))
        # Windows are padded to one length; what stands for padding is not asked for.
        doubled, m = project_windows(encoder, projector, batch.windows, 8, 40, lambda slots: 2 * slots)
        padded = splice(decoder, batch, doubled, m)
        torch.testing.assert_close(padded[0, 3:7], projector(2 * expected[:4]), atol=1e-4, rtol=1e-4)
    assert batch.positions.tolist() == [7, 8, 9, 16 + 3]
    assert batch.targets.tolist() == [50, 51, 52, 60]
    assert sum(len(p.ids) for p in raw(item)) == 3 + 22 + 3


def test_batched_greedy_decoding_equals_one_at_a_time(decoder: Decoder) -> None:
    prompts = [torch.randn(n, 64) for n in (5, 11, 2)]
    together = greedy(decoder, prompts, [6, 4, 6], {4})
    assert together == [greedy(decoder, [p], [k], {4})[0] for p, k in zip(prompts, (6, 4, 6), strict=True)]
    assert len(together[1]) <= 4


def test_export_can_be_read_back(tmp_path: Path, decoder: Decoder) -> None:
    encoder = from_decoder(decoder, "pcc", 2, 64, (4, 8, 16))
    projector = make_projector("pcc", 64, 64, 64, 0.1)
    goldens.write_decoder(decoder, tmp_path / "decoder")
    write_encoder(encoder, tmp_path / "encoder", 64, (4, 8, 16))
    write_projector(projector, tmp_path / "projector", "tiny", Rounding())
    bundle = read_bundle(tmp_path)
    assert bundle.window == 64 and bundle.ratios == (4, 8, 16)
    assert bundle.encoder.mem_embeddings.num_embeddings == 16
    torch.testing.assert_close(
        bundle.encoder.layers[0].mlp.up_proj.weight, encoder.layers[0].mlp.up_proj.weight, atol=1e-2, rtol=1e-2
    )
    assert json.loads((tmp_path / "encoder/config.json").read_text())["kind"] == "pcc"
