import PlainToken

PlainToken.main()
