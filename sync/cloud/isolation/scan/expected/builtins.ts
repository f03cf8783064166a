/**
 * What PostgreSQL itself brings, by major version: SHA-256 over the rows of each kind, as `server/builtins.ts` reads them.
 * Printed by `node test/builtins.ts` from pristine servers (15.0, 15.3, 15.18, 15.20, 16.1, 16.6, 16.14, 17.0, 17.5, 17.10,
 * 18.0, 18.2, 18.4); to be run again, with these and with newer ones, when a newer minor release is to be known.
 */
export type BuiltinKind =
  | 'functions'
  | 'aggregates'
  | 'operators'
  | 'operator classes'
  | 'access methods'
  | 'casts'
  | 'types'
  | 'constraints'
  | 'languages'
  | 'conversions'
  | 'text search configurations'
  | 'collations'
  | 'relations'
  | 'views'
  | 'initial rights'

interface Builtins {
  /** The newest minor release that was looked at. */
  minor: number
  digests: Readonly<Record<BuiltinKind, string>>
}

/**
 * Rows that a server has or has not, depending on the minor release that made it: `json_strip_nulls`, `pg_stats_ext`, an
 * operator class's function. They are left out.
 */
export const VARYING: ReadonlySet<string> = new Set([
  '0136ad121a6152303b19107b02f52adc',
  '16172b33a6d62fb0b230a7845995cb09',
  '2fadba1beb812562031b8436160b66f0',
  '5db9d039e0cb00383cc3e7fa8876e229',
  '679fa83175d532d375004dbfb067c97c',
  '6bad5cbfc7a3f83e8336fde81de05fbb',
  '70457875d685588bb85329b6faeeb1f6',
  'cf22e490e5a2edbe5cbd3678e5f513a0',
  'd667537091118233a0802de82507d470',
  'df1739f752e9db1481717459f464d827',
  'e8adbd9f29064c9045af48ea350a8c95',
  'ea17ca6fa4f06c7ce2400e8214b4fde9',
  'efcd5a9da45627d6a8f1812cb95725b0',
  'f96b0e581dc84f6774d5a6ce57fe0e63',
])

export const BUILTINS: Readonly<Record<number, Builtins>> = {
  '15': {
    minor: 20,
    digests: {
      functions: '288b3e7dfe19d02e1b8490ed3f7bfb1caa0d5b3b46325d9341afa84f1178524a',
      aggregates: '6f99b9d8cd70e3758693553a76593db07980b10dc04b83c8e8a8c294a59a829f',
      operators: 'b39bbed989da5a24012fa2872a121b080cbd14dc2d19dfd487d4044025e27930',
      'operator classes': '796101d6bdb988675a49b59697451113c8b03bf4282dcf663b3fd48a6c3807e7',
      'access methods': '6613589697795ed5b64b0589ae0a4d18733d56cf4f774e84419e9e185d01ed34',
      casts: '7789d3bf06f361c48dcb02a7044aac6d2e8a29ab8009561fe242425322bf03b3',
      types: '6d50ffea6e0de95615c37736c89cc09616037a6788f68a314f8392679804adee',
      constraints: 'e65c4c8770c97cd9cecece32190782ec8cd646f6e8d5cf2e2ba962b554063002',
      languages: 'dc505d26cada691d56e90436195f8ba63eb21c44f602e15efa8a038383fe6785',
      conversions: '2260e3183fdcd022e1171325c375b0073ac1f896c5c7fa724b8407b36873e308',
      'text search configurations': '4634daa015d9568d2fe34fdd14ce7772e2442429d03ab537147a5f674ae6e694',
      collations: 'f3ea7c8217274e6d6a72938998fcd33aaa54ea9f435b5ac9ddee47529865d9dc',
      relations: 'd83a74c97e81d0d5f21068a749b7302a06f4391e80b3512517a17d956378d108',
      views: '1c0f4598dbab66285ff57144feee09e89274d6091f44399114697dc7e361cea9',
      'initial rights': 'cbd07d9dc26098111053d74198e2219b390987004ca035ca371b5198513599b4',
    },
  },
  '16': {
    minor: 14,
    digests: {
      functions: '2d71e4aabce6954be53dd2b572f874782a236a421cf22e62c952d9aa1b41e564',
      aggregates: '6a652394417fffd66505a65fc8e70629e0a6866ac90859bcf931c250a39ef3fb',
      operators: 'b39bbed989da5a24012fa2872a121b080cbd14dc2d19dfd487d4044025e27930',
      'operator classes': '796101d6bdb988675a49b59697451113c8b03bf4282dcf663b3fd48a6c3807e7',
      'access methods': '6613589697795ed5b64b0589ae0a4d18733d56cf4f774e84419e9e185d01ed34',
      casts: '7789d3bf06f361c48dcb02a7044aac6d2e8a29ab8009561fe242425322bf03b3',
      types: '00ad4c925bf67c8ede2a4f9174fad150b73e45edd54267507212c542dd78b0ab',
      constraints: '0b6299f0b29425d1872181e004f854c673eca31f09f493cea15b5efbd951338e',
      languages: 'dc505d26cada691d56e90436195f8ba63eb21c44f602e15efa8a038383fe6785',
      conversions: '2260e3183fdcd022e1171325c375b0073ac1f896c5c7fa724b8407b36873e308',
      'text search configurations': '4634daa015d9568d2fe34fdd14ce7772e2442429d03ab537147a5f674ae6e694',
      collations: '43497b0b39449948aa97cdac1e2f3de12ee1bda0bccfd2a7b34513c89528d5eb',
      relations: 'c0085d60b6e1656ef71318ba01db4f4f5afa7fe7783705581c11f4596dad0787',
      views: 'ab17968bd69b9500d0c28e7a2017ccaa190341422b87098565282c31a0bfa1e9',
      'initial rights': '9ba3008fb7e061f533ceec23de20a1e9a06cb417eaf466810a00977df5099593',
    },
  },
  '17': {
    minor: 10,
    digests: {
      functions: '7016cf6f65c5257eeb4fb6bfde106830d5658b2ae406dd3e69c3b8a2c0458888',
      aggregates: '2f1d14aeb3cebd1e93be4391e8405b745369e716a75581e849cd18854303704c',
      operators: 'b39bbed989da5a24012fa2872a121b080cbd14dc2d19dfd487d4044025e27930',
      'operator classes': '796101d6bdb988675a49b59697451113c8b03bf4282dcf663b3fd48a6c3807e7',
      'access methods': '6613589697795ed5b64b0589ae0a4d18733d56cf4f774e84419e9e185d01ed34',
      casts: '7789d3bf06f361c48dcb02a7044aac6d2e8a29ab8009561fe242425322bf03b3',
      types: '24d1c4e61b93b38a502fa7e185df975207695202ab9fb2e21eeebed5d3c0ab93',
      constraints: '0b6299f0b29425d1872181e004f854c673eca31f09f493cea15b5efbd951338e',
      languages: 'dc505d26cada691d56e90436195f8ba63eb21c44f602e15efa8a038383fe6785',
      conversions: '2260e3183fdcd022e1171325c375b0073ac1f896c5c7fa724b8407b36873e308',
      'text search configurations': '4634daa015d9568d2fe34fdd14ce7772e2442429d03ab537147a5f674ae6e694',
      collations: '8799b07e1f35a682ddd72f1d0314479a3c425390ea2c5ba926af6838097d61fe',
      relations: '33d99fc15fc8cdc79d58f02b67d09809186d5f9ed66c33382c8bb414fdcfcf0b',
      views: 'be2736469e9dd1c87cd20370914ce3896c5fdf2cc611af8dd971a58d3cb0d83b',
      'initial rights': '8221d722b45db0d62bb125d6e5852be95b581d4f05e62f9cc37dc130185bd389',
    },
  },
  '18': {
    minor: 4,
    digests: {
      functions: '27c346fad02e7efc6a44bc71856cbf658883ebe0a71a3ed9c87909e5cf9c69bc',
      aggregates: '0d0314ebd1c4d83df550904477de57a043fd1dbc10fae79315b0a626bec61267',
      operators: 'b39bbed989da5a24012fa2872a121b080cbd14dc2d19dfd487d4044025e27930',
      'operator classes': 'c88d60c0fff31a65b9cd4d36d515f1e0bb777d788cc1062ce08f1798406b5880',
      'access methods': '6613589697795ed5b64b0589ae0a4d18733d56cf4f774e84419e9e185d01ed34',
      casts: 'e97d79cf3f8a06ec6237ee571cddf9080df2abd29a74b8e1b2f5faa6826f7017',
      types: '1fab682f51442956024955bb8677dbe711218640165edf5d99aceb416246af53',
      constraints: '46eb86be9546b06109494ab1461155f9dcb10da7c9eb1376326bb4ba7c40167c',
      languages: 'dc505d26cada691d56e90436195f8ba63eb21c44f602e15efa8a038383fe6785',
      conversions: '2260e3183fdcd022e1171325c375b0073ac1f896c5c7fa724b8407b36873e308',
      'text search configurations': '15367d74e8a46aa793d3e3375dcacd041f40c8b851db614e94ced571071d1e46',
      collations: '9ba4ba9652bd56ebead2ec8d8846f2f9b07650bfb4bf06b64dcdb98fdb49ff9b',
      relations: 'eb8fb3c68325b0ebe8fc255f694532dac9a12cdb7e2dbb5f9eb342020b7c833d',
      views: '9945624d60c1bae10de2c091d7591e90ff96e2c8c377f27e6a79b5dcc0375ef9',
      'initial rights': 'da2817d301cb8820f352411ad4e70ebea5a35cac4cb21c3719b65b285ba811bf',
    },
  },
}
