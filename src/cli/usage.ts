export const usage = `Usage: shorthand <command> [options]

Commands
  compress [folder ...]        make slots for every file that has none
  ask <question>               answer a question about the folder
  plan <question>              what an answer would read
  search <question>            the stretches of the folder that match best
  explain <file> <symbol>      explain a symbol of a file
  memory [folder ...]          what is in memory of each file
  eval <items.jsonl>           measure continuations, answers, next lines and reconstructions from slots, raw text and nothing
  providers                    try what the models can run on: CPU, CUDA, DirectML, Core ML, WebGPU
  bench                        measure speed, memory and cache size
  build <checkpoint> <bundle>  turn a trained checkpoint into a bundle
  models list                  name the bundles and checkpoints on this machine
  models add <folder>          make a bundle of a published decoder: a folder or owner/name
  models fetch <owner/name>    fetch a checkpoint from Hugging Face
  models import <folder>       take over a checkpoint that was fetched elsewhere
  models remove <name>         delete a bundle, or the checkpoint owner/name

Options of compress, ask, plan, search, explain, memory
  --folder <path>       a workspace folder (repeatable; default: the current folder)
  --open <file>         a file that counts as open in an editor (repeatable)
  --exclude <glob>      leave out what matches (repeatable)
  --pin <path>          a file or folder that is always wanted (repeatable)
  --ratio <4|8|16>      tokens per slot (default 8)
Options of ask, plan
  --selection <file:from-to>    lines that are selected in an editor
  --mention <file[:from-to]>    a file, or lines of one, that the question names (repeatable)
  --positions <n>               most decoder positions of the prompt
Options of ask, plan, explain
  --max-tokens <n>      longest answer (default 200)
  --temperature <t>     0 is greedy (default 0)
  --seed <n>            of the sampler (default 1)
Options of eval, search
  --limit <n>           measure only the first n items of each kind; show n stretches (default 10)
Options of bench
  --quick               fewer repetitions and shorter contexts
  --output <file>       write the report as JSON, too
Options of build, models add
  --encoder <fp32|fp16|int8|int4>  (default int8)
  --decoder <fp32|fp16|int8|int4>  (default int8)
  --block <n>                      weights per scale (default 128; models add: 32)
  --licence <id>                   of the weights (default Apache-2.0; models add: what the folders state)
Options of models add
  --compressor <folder>  an ARC or PCC compressor for this decoder: a folder or owner/name
  --base <folder>        the compressor's base model: of an adapter the weights, else the tokenizer alone
  --bridge <n>           which of several bridges is this decoder's (default 0)
  --ratio <4|8|16>       tokens per slot (default: what the compressor was trained for)
  --window <n>           tokens of a window (default 256)
  --name <id>            of the bundle (default: made from the folders' names)
Options of models
  --models <folder>     where checkpoints and bundles lie (default: models in the user's cache folder)
  --revision <name>     a branch, tag or commit (default main)
  --accept-licence      of everything that is fetched
  --endpoint <url>      another server with Hugging Face's interface
  HF_TOKEN              in the environment: for repositories that need a permission
Everywhere
  --model <id>          the bundle of this id in --models
  --bundle <folder>     a bundle anywhere (default: the one that ships with Shorthand)
  --store <file>        the slot store (default: slots.db in the user's cache folder)
  --budget-mb <n>       most megabytes in the slot store (default 1024)
  --threads <n>         0 lets the runtime choose (default 0)
  --provider <name>     auto, cpu, cuda, directml, coreml or webgpu (default auto)
  --context <n>         most positions of a prompt and its answer; 0 takes what memory allows, at most 8192 (default 0)
  --json                print one JSON document
  --help

Exit status: 0 done, 1 failed, 2 wrong usage, 3 bundle, 4 slot store, 5 nothing to read, 130 interrupted.
`;

/** The command line was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
