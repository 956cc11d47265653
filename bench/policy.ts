/** The policy of every repository of the bench: one objective, the default rules. */
export const benchPolicy = `version: 1
objectives:
  - name: checkout
    target: 99.9%
    window: 30d
    sli:
      error_query: sum(rate(requests_total{code=~"5.."}[{{window}}]))
      total_query: sum(rate(requests_total[{{window}}]))
`;

/** The windows that a gate by these rules has to ask for. */
export const policyWindows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"] as const;
