/** Seeds that once failed, and what they found; they are played at every change. */
export const REGRESSIONS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 6, found: "two scans that met the same thing at once made two assets of it" },
  { seed: 274, found: "a record that a catalog lost was told only when somebody looked at that catalog again" },
  {
    seed: 1858,
    found: "a mirror's write that arrived after the authority had moved on was adopted as somebody else's",
  },
  { seed: 4040, found: "a record that got another name in a catalog was not moved back until somebody looked again" },
  {
    seed: 678,
    found:
      "a look that found nothing was taken for one that still saw the old value, so that an older write won a conflict as the newer",
  },
  {
    seed: 19553,
    found:
      "the oracle took what a whole aspect put back beside what was written for something that the gateway meant to write",
  },
  { seed: 287, found: "a mutation that failed decided the review all the same, and took the mirror's value away" },
  {
    seed: 14_167,
    found:
      "two systems with room for one owner each got another one, and no rule and no person was asked which of them stays",
  },
  {
    seed: 2033,
    found:
      "a mirror that shows late was still seen at its old value, so that an edit of before the authority's won the conflict as the newer",
  },
  {
    seed: 13_817,
    found: "a listing that took long retired a table that was renamed while it was being made, as if grace were over",
  },
  {
    seed: 1268,
    found: "a record of another asset under the same name was taken for what a write in doubt had made",
  },
  {
    seed: 2859,
    found:
      "a value that somebody put back once was taken for a refusal, because the work had failed before for another reason",
  },
  {
    seed: 11_904,
    found:
      "the oracle took a second record, made by a creation that the network doubled, for the one that was asked for",
  },
  {
    seed: 3707,
    found:
      "a tag whose authority came to know the table later was taken from its mirror, as if it had been compared with the rest",
  },
  {
    seed: 19_278,
    found:
      "a tag of an authority that came to know the table later was adopted there, though its rule asks a person at first sight",
  },
  {
    seed: 14_465,
    found:
      "the oracle held against a write that took place after it had been given up what its authority had taken over meanwhile",
  },
  {
    seed: 470,
    found: "a field that was empty everywhere counted as compared with an authority that did not know the table yet",
  },
  {
    seed: 30_231,
    found: "the same, while that authority was paused or could not be read",
  },
  {
    seed: 15_853,
    found:
      "a record that a scan had met while it was being made was told as made without what it was made with, which was then taken for the system's own",
  },
  {
    seed: 7693,
    found: "the oracle did not know that one person's answer can bring back what another one's takes away",
  },
  {
    seed: 6433,
    found: "the oracle did not know that what is refused again and again counts for its guard",
  },
  {
    seed: 49_534,
    found: "a record that a scan found for its asset while the gateway was making one was made a second time",
  },
  { seed: 22_151, found: "the oracle did not know that a network can double a write after its outcome was told" },
  {
    seed: 35_694,
    found:
      "a worker that had stood still recorded what it saw, and nobody came back to it: another had completed its work",
  },
  {
    seed: 37_808,
    found:
      "what an authority had taken over from a mirror and gave up before the two were compared again was taken over anew",
  },
  {
    seed: 30_670,
    found: "the same, where the process died before it heard of its write, and another one found out what became of it",
  },
  {
    seed: 44_442,
    found:
      "the oracle did not know that a system which shows late can put back an older value beside what is written, for all to see as a new one",
  },
  {
    seed: 39_846,
    found:
      "an answer for the mirror left at the authority what had not come to the mirror yet, though the person had seen that it would go",
  },
  {
    seed: 44_411,
    found:
      "a drift that a person's answer had ended stayed open, because the authority of other tags, which it was not about, had lost the table",
  },
  {
    seed: 31_846,
    found:
      "an answer was taken to a question that another treaty had left open of a source that had no authority any more, and nothing could come of it",
  },
  {
    seed: 26_369,
    found:
      "the oracle did not know that what another mirror has may come on top of a person's answer, where the rule adopts it",
  },
  {
    seed: 70_542,
    found:
      "who had found all at rest told the newest state's drift without a look, and took a write in doubt for an edit",
  },
  {
    seed: 200_912,
    found:
      "a renamed table that a listing showed was taken to be gone, twice, because more had been recorded of it since the listing began",
  },
  {
    seed: 437_343,
    found:
      "a mode was set, but the ledger's answer was lost: nobody looked again at what had been judged by the mode before",
  },
  {
    seed: 436_743,
    found:
      "a look that had begun before a guard tripped said that everything had been looked at after the release of the guard",
  },
  {
    seed: 426_296,
    found:
      "the oracle took an answer about one authority's tags for one about another's, which then were no first sight",
  },
  {
    seed: 430_480,
    found: "the simulation lost bases that a process was just deciding by, and the oracle held that against it",
  },
  {
    seed: 7_150,
    found:
      "a tag that an answer had taken from its authority came back from a mirror, where another rule of that authority still asked about a first sight",
  },
  {
    seed: 442_231,
    found: "a simulated clock that was the ledger's stayed wrong after its process had asked for the time",
  },
  {
    seed: 500_855,
    found:
      "a write in doubt to a dead source that was an authority by an older treaty kept two others from being brought together (P12)",
  },
];
