/* Keys that a standard printed together with their private half: anybody can sign for them.

   Each by its COSE key thumbprint (RFC 9679) in hex. citycard/partners/published_keys.py says where each is printed,
   and a test compares the two. */

const THUMBPRINTS = new Set([
  "00e1688373124a36f7c3204ef20f73c37be4bb0f34e72f45d7d38ee8dffa4c43",
  "043a24018af644d610a458deca5d3c529cd29a9bd39a669907d7191184e54e4c",
  "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec",
  "51d53691575b17e32587f41e5b9c85feeec5cccd5c0826be4abd2dfe7d33a6ee",
  "59de4a03743871a0bf296bf43bf259956e73b50ea04328feeef4adae6e55ae0f",
  "5c840f7a40230170abdee5151a594efdf270f7a89825f5c310badf6b589c5c59",
  "6a485f48946bff5ad2d1f0ecee2d45753633b8098e691ace7098e2ba83e3fefd",
  "750ca40795ab23e51a75dc76fa12c052f6f6c57ba8a732337b91f096592b6ef6",
  "866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743",
  "b71d9fc27ee9ce61a60560b2eeeef7f6934a6b9d57ce122b2b12e932cacbf1d9",
  "bcd48776591b338f2ab7e8f0c6815d21ee4cd40a9cca93193ef33eccb0d61a87",
  "cd55fdba7a00e29f11e2e57078e21817a1c536a8a9cff1e2e1e5bbf2f6f20fba",
  "d0a4a8710d07765e3e7c0156ab145023a0d9b512d499db7c0e40f5720c4b3cf6",
  "e7eed51eaa0fc76cfd74ccd11309fac8d1d7fbdc2f9f807541f98c8b62abe779",
]);

/** Whether the private half of the key with this thumbprint (hex) stands in a standard. */
export function isPublished(thumbprint) {
  return THUMBPRINTS.has(thumbprint);
}
