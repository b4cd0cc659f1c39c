"""Values of the rulebook pinned by a second hand: tables written from the sources, compared with what the product reads.

One row a value, in CSV beside this file, with where it was read: `dossier` is the clinical dossier, `instrument` a file of its
instruments, `register of deadlines` its clocks, `practice` the corrections from practice, which overrule; S-numbers and GK are
the sources list of the rulebook; `house` marks a figure that no source gives. Nothing here is made from the product: whoever
changes a number changes it twice, once in the rulebook and once here, after reading the source again.

`conditions` is the language in which a table says when something holds, with an evaluator that shares no code with the product.
`product` is the only door to the product's files. `compare` and `behaviour` return a sentence for each difference; `mutations`
changes one value at a time and counts how many the tables notice.
"""
